/**
 * One health check: GET /healthz on a new connection, and what the answer says, in HAProxy's words.
 *
 *     L4CON  no connection            L7OK   200, and the right name
 *     L4TOUT no connection in time    L7STS  another status
 *     L7TOUT no answer in time        L7RSP  not an answer of this backend
 *
 * The answer must name the backend that should live there: an address that somebody else has taken over is not the backend,
 * however well it answers.
 *
 * Read beside: shared/health-probe.ts (the request), check.ts (when it is made, and what becomes of it), HAProxy's management manual §9.1 (check_status)
 * Touches the world: one HTTP request.
 */
import { HealthProbe, type ProbeFailure } from '#shared/health-probe.ts'
import { describeError } from '#shared/log.ts'
import { isOwnError } from '../failures.ts'

export interface Finding {
  readonly passed: boolean
  readonly text: string
  /** It is there, and says 503 under its own name: it is about to stop, and wants nothing new. */
  readonly leaving?: boolean
  /** Somebody else answers in its place. */
  readonly stranger?: boolean
  /** `Servidor 2`, if it says so. */
  readonly label?: string
}

export class Probe {
  readonly #probe: HealthProbe
  readonly #name: string

  /**
   * @param authority address:port
   * @param name      who should answer
   * @param timeout   for the whole check, in milliseconds
   */
  constructor(authority: string, name: string, timeout: number) {
    this.#name = name
    this.#probe = new HealthProbe(authority, timeout)
  }

  /** Never rejects: what goes wrong is what was found. @returns undefined when the edge had no socket left to ask with */
  async ask(): Promise<Finding | undefined> {
    const outcome = await this.#probe.ask()
    if ('status' in outcome) return judge(outcome.status, outcome.body, this.#name)
    return isOwnError(outcome.error) ? undefined : { passed: false, text: layerOf(outcome) }
  }

  close(): Promise<void> {
    return this.#probe.close()
  }
}

function layerOf({ error, connected, late }: ProbeFailure): string {
  if (late) return connected ? 'L7TOUT no answer in time' : 'L4TOUT no connection in time'
  return `${connected ? 'L7RSP' : 'L4CON'} ${describeError(error)}`
}

/** What an answer says about the backend that is called `name`. */
export function judge(status: number, answer: string, name: string): Finding {
  const { named, label } = namesIn(answer)
  if (status === 503 && named === name) return { passed: false, text: 'L7STS 503, draining', leaving: true }
  if (status !== 200) return { passed: false, text: `L7STS ${status}` }
  if (named === name) return { passed: true, text: 'L7OK 200', ...(label === undefined ? {} : { label }) }
  const other = JSON.stringify((named ?? answer).slice(0, 40))
  return { passed: false, text: `L7RSP says it is ${other}, not ${name}`, stranger: true }
}

function namesIn(answer: string): { named?: string; label?: string } {
  try {
    const { name, server } = JSON.parse(answer)
    return {
      ...(typeof name === 'string' ? { named: name } : {}),
      ...(typeof server === 'string' ? { label: server.slice(0, 40) } : {}),
    }
  } catch {
    // Not JSON, or null: then it names nobody, and the caller shows what it said instead.
    return {}
  }
}
