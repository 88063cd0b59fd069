/**
 * The painel's own interface: values in, values out.
 *
 * Read beside: painel/routes/
 * Touches the world: HTTP to the server that the page came from.
 */

/** @param {string} path */
export async function get(path) {
  return answerOf(await fetch(path, { cache: 'no-store' }))
}

/** @param {string} path @param {unknown} body */
export async function post(path, body) {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
  return answerOf(await fetch(path, init))
}

/** @param {Response} response @throws Error with the sentence of the problem document */
async function answerOf(response) {
  const value = await response.json()
  if (!response.ok) throw new Error(value.detail ?? `${response.status}`)
  return value
}
