/**
 * One health check: GET /healthz on a new connection, and what the answer says, in HAProxy's words.
 *
 *     L4CON  no connection            L7OK   200, and the right name
 *     L4TOUT no connection in time    L7STS  another status
 *     L7TOUT no answer in time        L7RSP  not an answer of this backend
 *
 * The answer must name the backend that should live there: an address that somebody else has taken over is not the backend,
 * however well it answers. The connection is new each time, because one that is open already says nothing about whether
 * another one would be accepted.
 *
 * Read beside: check.ts (when it is made, and what becomes of it), HAProxy's management manual §9.1 (check_status)
 * Touches the world: one HTTP request.
 */
import { Client } from 'undici'
import { HEALTH_PATH } from '#shared/health.ts'
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

/** An answer that is longer than this is not one of ours. */
const ANSWER_LIMIT = 4096

export class Probe {
  readonly #client: Client
  readonly #name: string
  readonly #timeout: number
  #connected = false

  /**
   * @param authority address:port
   * @param name      who should answer
   * @param timeout   for the whole check, in milliseconds
   */
  constructor(authority: string, name: string, timeout: number) {
    this.#name = name
    this.#timeout = timeout
    this.#client = new Client(`http://${authority}`, { pipelining: 0, connect: { timeout } })
    this.#client.on('connect', () => {
      this.#connected = true
    })
  }

  /** Never rejects: what goes wrong is what was found. @returns undefined when the edge had no socket left to ask with */
  async ask(): Promise<Finding | undefined> {
    this.#connected = false
    // One limit for the whole: a peer that sends an octet now and then never exceeds the limits for head and body.
    const signal = AbortSignal.timeout(this.#timeout)
    try {
      const { statusCode, body } = await this.#client.request({ method: 'GET', path: HEALTH_PATH, signal })
      return judge(statusCode, await readUpTo(body, ANSWER_LIMIT), this.#name)
    } catch (error) {
      if (isOwnError(error)) return undefined
      return { passed: false, text: this.#layerOf(error) }
    }
  }

  close(): Promise<void> {
    return this.#client.destroy()
  }

  #layerOf(error: unknown): string {
    const { code = '', name } = error as NodeJS.ErrnoException
    if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'L4TOUT no connection in time'
    if (name === 'TimeoutError') return this.#connected ? 'L7TOUT no answer in time' : 'L4TOUT no connection in time'
    return `${this.#connected ? 'L7RSP' : 'L4CON'} ${describeError(error)}`
  }
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
