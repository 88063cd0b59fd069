/**
 * The body of an action that has an Idempotency-Key. A form cannot send fields, so its key is the member `chave`, and its numbers are text.
 *
 * Read beside: reservations.ts, ../idempotency/key.ts
 * Touches the world: reads the body of the request.
 */
import type { RequestContext } from '../../../backend/http/request-context.ts'

export interface ActionBody {
  readonly type: 'json' | 'form'
  /** Without the key; not checked yet. */
  readonly value: unknown
  /** Not checked yet. */
  readonly key: string | undefined
}

/** The body of an action, as JSON or from a form of a page. A form cannot send the field Idempotency-Key, so it has the member `chave`. @throws Refusal 400, 415 */
export async function readAction(context: RequestContext): Promise<ActionBody> {
  const { type, value } = await context.body(['json', 'form'], { optional: true })
  const field = context.request.headers['idempotency-key'] as string | undefined
  if (type === 'json') return { type, value, key: field }
  const { chave, ...members } = value as Record<string, string>
  return { type, value: withNumbers(members), key: field ?? chave }
}

function withNumbers(members: Readonly<Record<string, string>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(members).map(([name, text]) => [name, /^\d{1,9}$/.test(text) ? Number(text) : text]),
  )
}
