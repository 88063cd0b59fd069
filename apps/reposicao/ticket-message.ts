/**
 * The messages in the topic `tickets`, and what makes a ticket of one.
 *
 *   ticket.novo   a ward asks: the order and the person. The id of the message is the id of the ticket
 *   ticket.mudou    a ticket was changed or deleted in MySQL: its document and version, for the cache and for the people who watch it
 *
 * Both have the id of the ticket as their key, so they are handled in order.
 *
 * Read beside: tickets/routes/create.ts (publishes), gravador/recorder.ts (consumes), backend/queue/envelope.ts (the frame)
 * Pure: values in, values out.
 */
import Type from 'typebox'
import type { Topic } from '../../backend/queue/broker.ts'
import { type Envelope, newMessage } from '../../backend/queue/envelope.ts'
import { Unprocessable } from '../../backend/queue/retry-rule.ts'
import { Refusal } from '../../backend/refusal.ts'
import { check } from '../../backend/validation/check.ts'
import { strict } from '../../backend/validation/schema-parts.ts'
import { TICKET_STATES, type Ticket, type TicketOrder, type TicketUser, URGENCIES } from './ticket.ts'

export const TICKETS_TOPIC: Topic = { name: 'tickets', groups: ['gravador'] }
export const RECORDER_GROUP = 'gravador'

/** One line of text with a visible character: no control characters, no spaces at the ends. */
const line = (longest: number, description: string) =>
  Type.String({
    minLength: 1,
    maxLength: longest,
    pattern: '^(?! )[^\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+(?<! )$',
    description,
  })

export const TicketOrderSchema = Type.Object(
  {
    item: line(120, '1 to 120 characters on one line'),
    quantidade: Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number from 1 to 1000' }),
    setor: line(60, '1 to 60 characters on one line'),
    urgencia: Type.Enum([...URGENCIES], { description: `one of ${URGENCIES.join(', ')}` }),
  },
  strict,
)

const PersonSchema = Type.Object(
  { id: Type.Integer({ minimum: 1 }), username: Type.String({ minLength: 1, maxLength: 32 }) },
  strict,
)

const OrderBodySchema = Type.Object({ ordem: TicketOrderSchema, solicitante: PersonSchema }, strict)

const StepSchema = Type.Object({ estado: Type.Enum([...TICKET_STATES]), em: Type.String(), por: Type.String() }, strict)

export const TicketSchema = Type.Object(
  {
    id: Type.String(),
    ...TicketOrderSchema.properties,
    estado: Type.Enum([...TICKET_STATES]),
    solicitante: PersonSchema,
    historico: Type.Array(StepSchema),
  },
  strict,
)

const ChangeBodySchema = Type.Object({ ticket: TicketSchema, version: Type.Integer(), deleted: Type.Boolean() }, strict)

/** A ticket in one version. */
export interface TicketVersion {
  readonly ticket: Ticket
  /** 0: in the queue; 1: written; one more for each change. */
  readonly version: number
  readonly deleted: boolean
}

/** The message for a new order. Its id becomes that of the ticket. @param epoch milliseconds since 1970 */
export function orderMessage(
  ordem: TicketOrder,
  { id, username }: TicketUser,
  requestId: string,
  epoch: number,
): Envelope {
  const message = newMessage(
    { key: 'x', type: 'ticket.novo', requestId, body: { ordem, solicitante: { id, username } } },
    epoch,
  )
  return { ...message, key: message.id }
}

/** The message for a change that was made in MySQL. */
export function changeMessage(change: TicketVersion, requestId: string, epoch: number): Envelope {
  return newMessage({ key: change.ticket.id, type: 'ticket.mudou', requestId, body: change }, epoch)
}

/** The ticket while its message is in the queue: what its requester reads at once. */
export function queuedTicket({ id, at, body }: Envelope): TicketVersion {
  const { ordem, solicitante } = readBody(OrderBodySchema, body)
  const historico = [{ estado: 'na-fila' as const, em: at, por: solicitante.username }]
  return { ticket: { id, ...ordem, estado: 'na-fila', solicitante, historico }, version: 0, deleted: false }
}

/** The same ticket when it is written. @param em instant */
export function recordedTicket(message: Envelope, em: string): TicketVersion {
  const { ticket } = queuedTicket(message)
  const historico = [...ticket.historico, { estado: 'aberto' as const, em, por: 'gravador' }]
  return { ticket: { ...ticket, estado: 'aberto', historico }, version: 1, deleted: false }
}

/** The change that a `ticket.mudou` describes. */
export function changeIn({ body }: Envelope): TicketVersion {
  return readBody(ChangeBodySchema, body)
}

/** @throws Unprocessable when the body is not of the type: no further try would help */
function readBody<Schema extends Parameters<typeof check>[0]>(schema: Schema, body: unknown) {
  try {
    return check(schema, body)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Unprocessable(`the body of the message is wrong: ${error.message}`, { cause: error })
  }
}
