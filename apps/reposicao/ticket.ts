/**
 * A ticket: a ward asks the pharmacy for medicine. Its states, and the roles that may change them.
 *
 *     na-fila ──► aberto ──► em-separacao ──► entregue
 *                    └──────────────┴───────► cancelado
 *
 * `na-fila`: accepted and in the queue, not yet in MySQL. Nothing can change it there.
 *
 * Read beside: tickets/ticket-table.ts (rows), tickets/routes/, README.md
 * Pure: types and a table.
 */

export const TICKET_STATES = ['na-fila', 'aberto', 'em-separacao', 'entregue', 'cancelado'] as const
export type TicketState = (typeof TICKET_STATES)[number]

export const URGENCIES = ['baixa', 'normal', 'media', 'alta', 'urgente'] as const

/** What a ward asks for. */
export interface TicketOrder {
  readonly item: string
  /** 1…1000 */
  readonly quantidade: number
  readonly setor: string
  readonly urgencia: (typeof URGENCIES)[number]
}

/** A ticket as it is stored, cached and sent. Instants are as in RFC 3339 §5.6. */
export interface Ticket extends TicketOrder {
  readonly id: string
  readonly estado: TicketState
  readonly solicitante: { readonly id: number; readonly username: string }
  readonly historico: readonly TicketStep[]
}

export interface TicketStep {
  readonly estado: TicketState
  readonly em: string
  /** The user name of the person who did it; `fila` for the step from the queue into the database. */
  readonly por: string
}

/** `farmacia` is a user with the role admin, `setor` (a ward) has the role aluno. */
export type TicketRole = 'farmacia' | 'setor'

/** A person, as the access token says. */
export interface TicketUser {
  readonly id: number
  readonly username: string
  readonly role: TicketRole
}

/** From a state to another one, and who may do it. A step that is not in the table is a conflict (409) for both roles. */
const STEPS: Readonly<Partial<Record<`${TicketState} → ${TicketState}`, readonly TicketRole[]>>> = {
  'aberto → em-separacao': ['farmacia'],
  'aberto → cancelado': ['farmacia', 'setor'],
  'em-separacao → entregue': ['farmacia'],
  'em-separacao → cancelado': ['farmacia'],
}

/** The states that PATCH can ask for. */
export const REQUESTED_STATES = ['em-separacao', 'entregue', 'cancelado'] as const
export type RequestedState = (typeof REQUESTED_STATES)[number]

/** A ward sees its own tickets, the pharmacy sees all. */
export function maySee({ id, role }: TicketUser, { solicitante }: Pick<Ticket, 'solicitante'>): boolean {
  return role === 'farmacia' || solicitante.id === id
}

/** `conflict`: the ticket is in another state, and `why` names what is possible. `forbidden`: another role may do this. */
export type StepVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'conflict' | 'forbidden'; readonly why: string }

/** Whether a person who may see the ticket may move it to the state. */
export function judgeStep({ role }: TicketUser, from: TicketState, to: TicketState): StepVerdict {
  const roles = STEPS[`${from} → ${to}`]
  if (roles === undefined)
    return { kind: 'conflict', why: `a ticket that is ${from} cannot become ${to}${possible(from)}` }
  if (!roles.includes(role))
    return { kind: 'forbidden', why: `only the pharmacy may move a ticket from ${from} to ${to}` }
  return { kind: 'allowed' }
}

function possible(from: TicketState): string {
  if (from === 'na-fila') return ': it is still in the queue; try again in a moment'
  const next = Object.keys(STEPS).flatMap(step => (step.startsWith(`${from} → `) ? [step.slice(from.length + 3)] : []))
  return next.length === 0 ? ': this is a final state' : `; possible: ${next.join(', ')}`
}

/** A ticket is deleted only while nothing has been done for it. */
export function judgeDelete(from: TicketState): StepVerdict {
  if (from === 'aberto') return { kind: 'allowed' }
  return { kind: 'conflict', why: `a ticket that is ${from} cannot be deleted: only one that is aberto can` }
}

/** The ticket after a step. @param em instant @param por who did it */
export function afterStep(ticket: Ticket, estado: TicketState, em: string, por: string): Ticket {
  return { ...ticket, estado, historico: [...ticket.historico, { estado, em, por }] }
}
