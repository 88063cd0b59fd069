/**
 * Asks the admin endpoint of a component.
 *
 * Read beside: shared/admin.ts (the other end)
 * Touches the world: HTTP to port 9100 of the component.
 */
import { request } from 'undici'
import { ADMIN_PORT, type Host } from '#shared/network-map.ts'
import { CommandError } from './component-status.ts'

/** The component does not answer, or refuses. */
export class AdminRefusal extends CommandError {
  override name = 'AdminRefusal'
  /** 503 when there was no answer. */
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const ANSWER_WITHIN_MS = 3_000

/**
 * @param body for POST; without it the request is a GET
 * @throws AdminRefusal with the sentence of the component, or when it does not answer
 */
export async function askAdmin<Answer>({ name, address }: Host, path: string, body?: unknown): Promise<Answer> {
  const answer = await request(`http://${address}:${ADMIN_PORT}${path}`, {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => undefined)
  if (answer === undefined)
    throw new AdminRefusal(503, `${name} não responde; está ligado? · does not answer; is it running?`)
  const value = (await answer.body.json()) as Answer & { readonly detail?: string }
  if (answer.statusCode === 200) return value
  throw new AdminRefusal(answer.statusCode, `${name}: ${value.detail ?? answer.statusCode}`)
}
