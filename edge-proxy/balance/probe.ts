/**
 * One health check: GET /healthz on a new connection, and the result in HAProxy's words.
 *
 *     L4CON  no connection            L7OK   200, and the right name
 *     L4TOUT no connection in time    L7STS  another status
 *     L7TOUT no response in time      L7RSP  not a response of this backend
 *
 * The answer must contain the name of the backend at this address: another program there is not the backend, even if its
 * answer is 200.
 *
 * Read beside: shared/health-probe.ts (the request), check.ts (when it is made, and what follows from it), HAProxy's management manual §9.1 (check_status)
 * Touches the world: one HTTP request.
 */
import { HealthProbe, type ProbeFailure } from '#shared/health-probe.ts'
import { describeError } from '#shared/log.ts'
import { isOwnError } from '../own-errors.ts'

export interface Finding {
  readonly passed: boolean
  readonly text: string
  /** It answers 503 under its own name: it is about to stop, and must get no new requests. */
  readonly leaving?: boolean
  /** Another program answers at its address. */
  readonly stranger?: boolean
  /** `Servidor 2`, if the response has it. */
  readonly label?: string
}

/** A time-out that fires so much later shows that this process did not run, in milliseconds. */
const OWN_DELAY_MS = 750

export class Probe {
  readonly #probe: HealthProbe
  readonly #name: string
  readonly #timeout: number

  /**
   * @param authority address:port
   * @param name      the backend's name
   * @param timeout   for the whole check, in milliseconds
   */
  constructor(authority: string, name: string, timeout: number) {
    this.#name = name
    this.#timeout = timeout
    this.#probe = new HealthProbe(authority, timeout)
  }

  /**
   * Never rejects: an error is a result too. @returns undefined when the edge itself is the reason: it had no socket left, or its
   * process was stopped for so long that the time was over before it could read the response
   */
  async ask(): Promise<Finding | undefined> {
    const begun = performance.now()
    const outcome = await this.#probe.ask()
    if ('status' in outcome) return judge(outcome.status, outcome.body, this.#name)
    const ownDelay = performance.now() - begun > this.#timeout + OWN_DELAY_MS
    return ownDelay || isOwnError(outcome.error) ? undefined : { passed: false, text: layerOf(outcome) }
  }

  close(): Promise<void> {
    return this.#probe.close()
  }
}

function layerOf({ error, connected, late }: ProbeFailure): string {
  if (late) return connected ? 'L7TOUT no response in time' : 'L4TOUT no connection in time'
  return `${connected ? 'L7RSP' : 'L4CON'} ${describeError(error)}`
}

/** What a response means for the backend with this name. */
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
    // Not JSON, or null: there is no name in it, and the caller shows its text instead.
    return {}
  }
}
