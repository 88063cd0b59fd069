/**
 * What a request of a user needs from Redis: the limit of requests of this user, the mark of a key in progress, and the waiting line.
 *
 * The limit belongs to the user, not to the address: a whole class may have one address.
 *
 * Read beside: line-script.ts (the step in Redis), waiting-line.ts (the rules), RFC 6585 §4 (429), RFC 9110 §10.2.3 (Retry-After)
 * Touches the world: Redis.
 */
import { hash } from 'node:crypto'
import type { RedisCommand, RedisConnection } from '../../../backend/redis/redis.ts'
import { Refusal } from '../../../backend/refusal.ts'
import { JointTrace, type Trace } from '../../../backend/trace.ts'
import { LINE_SCRIPT, RESERVED_SCRIPT } from './line-script.ts'
import type { LineRules, Standing } from './waiting-line.ts'

/** Requests of one user: so many at once, and so many in a second after that. A page asks once in two seconds. */
export const REQUEST_LIMIT = { burst: 60, perSecond: 10 } as const
/** Longer than any request lasts: the mark of a server that was killed ends by itself. */
const BUSY_MS = 15_000

/** A person in the line. */
export interface StandingInLine extends Standing {
  /** People who are waiting and have an earlier place. */
  readonly ahead: number
  /** All who are waiting. */
  readonly waiting: number
}

/** `inLine` is undefined for a user who is not in the line. `busy`: a request with the same key is in progress. */
export interface ReserveCheck {
  readonly busy: boolean
  readonly inLine: StandingInLine | undefined
}

const LINE = scriptOf(LINE_SCRIPT)
const RESERVED = scriptOf(RESERVED_SCRIPT)

export class SaleLine {
  readonly #redis: RedisConnection
  readonly #rules: LineRules
  /** Milliseconds since 1970; by default the clock of Redis. */
  readonly #now: (() => number) | undefined
  /** Requests that are over, and not sent yet. */
  readonly #ended: EndedRequest[] = []
  #sending: Promise<void> = Promise.resolve()

  constructor(redis: RedisConnection, rules: LineRules, now?: () => number) {
    this.#redis = redis
    this.#rules = rules
    this.#now = now
  }

  /** Joins the line of an event; a person who is in it keeps the place. @param available seats, perhaps a second old @throws Refusal 429 */
  async join(trace: Trace, event: number, user: number, available: number): Promise<StandingInLine> {
    const reply = await this.#step(trace, 'join', user, { event, available })
    return standingIn(reply) as StandingInLine
  }

  /** @returns undefined for a user who is not in the line @throws Refusal 429 */
  async look(trace: Trace, event: number, user: number, available: number): Promise<StandingInLine | undefined> {
    return standingIn(await this.#step(trace, 'look', user, { event, available }))
  }

  /**
   * Before a reservation: whether it is the user's turn. Marks the key as in progress when it is. @throws Refusal 429
   */
  async mayReserve(trace: Trace, event: number, user: number, available: number, key: string): Promise<ReserveCheck> {
    const reply = await this.#step(trace, 'reserve', user, { event, available, key })
    return { busy: reply[1] === 0, inLine: standingIn(reply) }
  }

  /** Before a purchase: marks the key as in progress. @returns whether it is not in progress already @throws Refusal 429 */
  async mayBuy(trace: Trace, user: number, key: string): Promise<boolean> {
    const reply = await this.#step(trace, 'buy', user, { key })
    return reply[1] === 1
  }

  /** Counts a request. @throws Refusal 429 */
  async count(trace: Trace, user: number): Promise<void> {
    await this.#step(trace, 'count', user, {})
  }

  /**
   * A request with this key is over. All that are over in this turn of the event loop are sent in one command.
   *
   * @param event where seats were reserved; undefined when none were
   */
  async done(trace: Trace, user: number, key: string, event?: number): Promise<void> {
    if (this.#ended.length === 0) this.#sending = new Promise(resolve => setImmediate(resolve)).then(() => this.#send())
    this.#ended.push({ trace, user, key, event })
    await this.#sending
  }

  async #send(): Promise<void> {
    const ended = this.#ended.splice(0)
    const byEvent = [...Map.groupBy(ended, ({ event }) => event)]
    await Promise.all(byEvent.map(([event, ended]) => this.#end(event, ended)))
  }

  async #end(event: number | undefined, ended: readonly EndedRequest[]): Promise<void> {
    const trace = new JointTrace(ended.map(({ trace }) => trace))
    const busy = ended.map(({ user, key }) => busyKey(user, key))
    if (event === undefined) {
      await this.#redis.run(trace, 'DEL', ...busy)
      return
    }
    const keys = [...lineKeys(event), ...busy]
    const users = ended.map(({ user }) => user)
    await this.#script(trace, RESERVED, [keys.length, ...keys, this.#now?.() ?? '', this.#rules.settleMs, ...users])
  }

  async #step(trace: Trace, what: string, user: number, on: StepSubject): Promise<LineReply> {
    const { event = 0, key = '', available = 0 } = on
    const keys = [`ingressos:bucket:${user}`, busyKey(user, key), ...lineKeys(event)]
    const { rate, claimMs, admissionMs, absentMs } = this.#rules
    const { burst, perSecond } = REQUEST_LIMIT
    const times = [rate, available, claimMs, admissionMs, absentMs]
    const values = [what, user, this.#now?.() ?? '', burst, perSecond, BUSY_MS, ...times]
    const reply = (await this.#script(trace, LINE, [keys.length, ...keys, ...values], what === 'join')) as LineReply
    if (reply[0] !== 'limited') return reply
    const detail = `one user may make ${perSecond} requests in a second; the next one is possible in ${reply[1]} s`
    throw new Refusal(429, detail, { headers: ['Retry-After', String(reply[1])] })
  }

  /**
   * @param durably a place in the line must not be lost in a fail-over once it was in a response. What the other steps write is made again
   *   from MySQL, or expires.
   */
  async #script(
    trace: Trace,
    { sha, text }: LineScript,
    rest: readonly (string | number)[],
    durably = false,
  ): Promise<unknown> {
    const send = (...command: RedisCommand) =>
      durably ? this.#redis.durably(trace, ...command) : this.#redis.run(trace, ...command)
    return send('EVALSHA', sha, ...rest).catch(error => {
      // Redis was restarted and has lost the script; EVAL loads it again.
      if (!/^NOSCRIPT/.test((error as Error).message)) throw error
      return send('EVAL', text, ...rest)
    })
  }
}

interface LineScript {
  readonly sha: string
  readonly text: string
}

function scriptOf(text: string): LineScript {
  return { sha: hash('sha1', text, 'hex'), text }
}

function lineKeys(event: number): string[] {
  return ['line', 'seen', 'admitted', 'claims', 'state'].map(name => `ingressos:${event}:${name}`)
}

function busyKey(user: number, key: string): string {
  return `ingressos:busy:${user}:${key}`
}

interface EndedRequest {
  readonly trace: Trace
  readonly user: number
  readonly key: string
  readonly event: number | undefined
}

interface StepSubject {
  readonly event?: number
  readonly key?: string
  readonly available?: number
}

type LineReply = [what: string, free: number, position?: number, admitted?: number, ahead?: number, waiting?: number]

function standingIn([what, , position = 0, admitted = 0, ahead = 0, waiting = 0]: LineReply):
  | StandingInLine
  | undefined {
  return what === 'present' ? { position, admitted: admitted === 1, ahead, waiting } : undefined
}
