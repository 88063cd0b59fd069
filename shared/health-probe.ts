/**
 * One health probe: GET /healthz on a new connection, with one limit of time for the whole of it.
 *
 * The connection is new each time, because an open one does not show whether another would be accepted. One limit for the
 * whole, because a peer that sends an octet now and then never exceeds limits that begin anew with each octet.
 *
 * Read beside: health.ts (what the outcome changes), edge-proxy/balance/probe.ts and dns-server/health/checker.ts (which use it)
 * Touches the world: one HTTP request at a time.
 */
import { Client } from 'undici'
import { type Clock, systemClock } from './clock.ts'
import { HEALTH_PATH } from './health.ts'

export type ProbeOutcome = ProbeAnswer | ProbeFailure

interface ProbeAnswer {
  readonly status: number
  /** The content as text; an answer that is longer than {@link BODY_LIMIT} is cut off. */
  readonly body: string
}

export interface ProbeFailure {
  readonly error: Error
  /** Whether the connection had been established. */
  readonly connected: boolean
  /** Whether it was the limit of time. */
  readonly late: boolean
}

/** Octets of an answer that are read: it is a name in a line of JSON. */
const BODY_LIMIT = 4096

export class HealthProbe {
  readonly #client: Client
  readonly #timeout: number
  readonly #clock: Clock
  #connected = false

  /**
   * @param authority address:port
   * @param timeout   for the whole probe, in milliseconds
   * @param clock     only tests need another one
   */
  constructor(authority: string, timeout: number, clock: Clock = systemClock) {
    this.#timeout = timeout
    this.#clock = clock
    this.#client = new Client(`http://${authority}`, { pipelining: 0, connect: { timeout } })
    this.#client.on('connect', () => {
      this.#connected = true
    })
  }

  /** Never rejects: a failure is an outcome. */
  async ask(): Promise<ProbeOutcome> {
    this.#connected = false
    const deadline = new AbortController()
    const { signal } = deadline
    const tooLate = new Error(`no whole answer to ${HEALTH_PATH} within ${this.#timeout} ms`)
    const timer = this.#clock.after(this.#timeout, () => deadline.abort(tooLate))
    try {
      const { statusCode, body } = await this.#client.request({ method: 'GET', path: HEALTH_PATH, signal })
      return { status: statusCode, body: await readUpTo(body, BODY_LIMIT) }
    } catch (cause) {
      const error = cause as NodeJS.ErrnoException
      const late = signal.aborted || error.code === 'UND_ERR_CONNECT_TIMEOUT'
      return { error, connected: this.#connected, late }
    } finally {
      timer.cancel()
    }
  }

  close(): Promise<void> {
    return this.#client.destroy()
  }
}

async function readUpTo(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of body) {
    pieces.push(piece)
    length += piece.length
    if (length > limit) break
  }
  return Buffer.concat(pieces).toString('utf8')
}
