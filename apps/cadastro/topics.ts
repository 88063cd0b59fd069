/**
 * The topic and the queue of this application, and the messages in them. A message has the id of a sign-up, and no personal data: what is in a
 * broker cannot be removed one record at a time. The consumer reads the row.
 *
 *   topic        message               from            to
 *   cadastros    cadastro.recebido     acesso          orquestrador
 *   analise      analise.pendente      orquestrador    analise
 *   analise      analise.decidido      acesso          analise
 *
 * Read beside: backend/queue/broker.ts, orchestrator.ts, review.ts; "Claim Check" in Hohpe and Woolf, Enterprise Integration Patterns
 * Pure: values.
 */
import type { Topic } from '../../backend/queue/broker.ts'
import { type Envelope, newMessage } from '../../backend/queue/envelope.ts'
import { Unprocessable } from '../../backend/queue/retry-rule.ts'

export const TOPICS: readonly Topic[] = [
  { name: 'cadastros', groups: ['orquestrador'] },
  { name: 'analise', groups: ['analise'] },
]

export type SignUpMessage = 'cadastro.recebido' | 'analise.pendente' | 'analise.decidido'

/** @param epoch milliseconds since 1970 */
export function messageAbout(type: SignUpMessage, id: string, requestId: string, epoch: number): Envelope {
  return newMessage({ key: id, type, requestId, body: { id } }, epoch)
}

export const SIGN_UP_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The sign-up that a message is about. @throws Unprocessable for an unknown type, or a body without an id */
export function subjectOf<Type extends SignUpMessage>(
  message: Envelope,
  types: readonly Type[],
): { type: Type; id: string } {
  const type = types.find(type => type === message.type)
  if (type === undefined) {
    throw new Unprocessable(`the type ${message.type} is not known here; known are ${types.join(', ')}`)
  }
  const id = (message.body as { id?: unknown } | null)?.id
  if (typeof id !== 'string' || !SIGN_UP_ID.test(id)) throw new Unprocessable('the body has no id of a sign-up')
  return { type, id }
}
