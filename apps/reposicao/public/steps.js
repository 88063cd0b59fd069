/**
 * Which buttons a ticket has. Only for the person's eyes: the server decides (apps/reposicao/ticket.ts).
 *
 * Read beside: app.js
 * Pure: values in, names out.
 */

/** @param {string} estado @param {boolean} isPharmacy @returns {string[]} states for PATCH, and `delete` */
export function stepsOf(estado, isPharmacy) {
  if (estado === 'aberto') return isPharmacy ? ['em-separacao', 'cancelado', 'delete'] : ['cancelado', 'delete']
  if (estado === 'em-separacao' && isPharmacy) return ['entregue', 'cancelado']
  return []
}
