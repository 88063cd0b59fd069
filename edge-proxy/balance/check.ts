/**
 * Active health checks: GET /healthz on every backend, again and again, and quickly while in doubt.
 *
 * The answer must be 200 and name the backend that should live there: an address that somebody else has taken over is not
 * the backend, however well it answers.
 *
 * Read beside: health.ts (what becomes of the result), undici's `request`
 * Touches the world: one HTTP connection per backend, timers.
 */
import { Client } from 'undici'
import type { Clock } from '#shared/clock.ts'
import { describeError } from '#shared/log.ts'
import type { Backend } from './backend.ts'
import { observe, type Thresholds, undecided } from './health.ts'

export interface CheckTimes {
  /** Between two checks of a backend that is surely up or surely down, in milliseconds. */
  readonly interval: number
  /** While the last checks disagree with what is believed. */
  readonly fastInterval: number
  /** A check that takes longer has failed. */
  readonly timeout: number
}

export const DEFAULT_CHECK_TIMES: CheckTimes = { interval: 2_000, fastInterval: 500, timeout: 1_000 }

export interface HealthTransition {
  readonly backend: Backend
  readonly available: boolean
  readonly check: string
}

export class HealthChecks {
  readonly #clock: Clock
  readonly #times: CheckTimes
  readonly #thresholds: Thresholds
  readonly #onTransition: (transition: HealthTransition) => void
  readonly #running = new Map<Backend, { stop(): Promise<void> }>()

  constructor(
    clock: Clock,
    times: CheckTimes,
    thresholds: Thresholds,
    onTransition: (transition: HealthTransition) => void,
  ) {
    this.#clock = clock
    this.#times = times
    this.#thresholds = thresholds
    this.#onTransition = onTransition
  }

  /** Begins to check a backend. @returns when its first check is done, passed or not */
  async watch(backend: Backend): Promise<void> {
    const client = new Client(`http://${backend.authority}`, {
      connect: { timeout: this.#times.timeout },
      headersTimeout: this.#times.timeout,
      bodyTimeout: this.#times.timeout,
      pipelining: 1,
    })
    let timer: { cancel(): void } | undefined
    let stopped = false
    const check = async (): Promise<void> => {
      const begun = this.#clock.now()
      const { passed, text, leaving = false, label = backend.label } = await probe(client, backend.name)
      if (stopped) return
      const now = this.#clock.now()
      const before = backend.health
      backend.health = observe(before, passed, this.#thresholds)
      const wasAvailable = before.healthy && !backend.leaving
      const available = backend.health.healthy && !leaving
      backend.leaving = leaving
      backend.label = label
      backend.lastCheck = { passed, text: passed ? `${text} in ${Math.round(now - begun)} ms` : text, at: now }
      if (available !== wasAvailable || !before.known) {
        this.#onTransition({ backend, available, check: backend.lastCheck.text })
      }
      const wait = undecided(backend.health) ? this.#times.fastInterval : this.#times.interval
      backend.nextCheckAt = now + wait
      timer = this.#clock.after(wait, () => void check())
    }
    this.#running.set(backend, {
      stop: async () => {
        stopped = true
        timer?.cancel()
        await client.destroy()
      },
    })
    await check()
  }

  async unwatch(backend: Backend): Promise<void> {
    const running = this.#running.get(backend)
    this.#running.delete(backend)
    await running?.stop()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(backend => this.unwatch(backend)))
  }
}

/** An answer that is longer than this is not one of ours. */
const ANSWER_LIMIT = 4096

interface Finding {
  readonly passed: boolean
  readonly text: string
  /** It is there, and says 503: it drains. */
  readonly leaving?: boolean
  /** `Servidor 2`, if it says so. */
  readonly label?: string
}

async function probe(client: Client, name: string): Promise<Finding> {
  try {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/healthz' })
    const answer = await readUpTo(body, ANSWER_LIMIT)
    const { named, label } = namesIn(answer)
    if (statusCode === 503 && named === name) return { passed: false, text: 'L7STS 503, draining', leaving: true }
    if (statusCode !== 200) return { passed: false, text: `L7STS ${statusCode}` }
    if (named === name) return { passed: true, text: 'L7OK 200', ...(label === undefined ? {} : { label }) }
    return { passed: false, text: `L7RSP says it is ${JSON.stringify(named ?? answer.slice(0, 40))}, not ${name}` }
  } catch (error) {
    return { passed: false, text: layerOf(error) }
  }
}

async function readUpTo(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  let text = ''
  for await (const piece of body) {
    text += piece.toString('latin1')
    if (text.length > limit) break
  }
  return text
}

function namesIn(answer: string): { named?: string; label?: string } {
  try {
    const { name, server } = JSON.parse(answer)
    return {
      ...(typeof name === 'string' ? { named: name } : {}),
      ...(typeof server === 'string' ? { label: server } : {}),
    }
  } catch {
    // Not JSON: then it names nobody, and the caller shows what it said instead.
    return {}
  }
}

/** HAProxy's words for where a check failed: layer 4 (connection) or layer 7 (HTTP), and whether it was a time-out. */
function layerOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'L4TOUT no connection in time'
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test(code)) return `L4CON ${describeError(error)}`
  if (/TIMEOUT/.test(code)) return 'L7TOUT no answer in time'
  return `L7RSP ${describeError(error)}`
}
