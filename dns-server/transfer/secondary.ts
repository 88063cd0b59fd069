/**
 * The secondary: keeps copies of the zones of a primary, checks each as often as its SOA requires, and at once after a NOTIFY.
 *
 * Read beside: refresh.ts (when), fetch.ts (how), RFC 1996 §3.7 and §4.7 (the effect of a NOTIFY), §3.11 (from whom it is accepted)
 * Touches the world: through fetch.ts.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError } from '#shared/log.ts'
import { refusal } from '../answer/answer.ts'
import type { DnsReply, ReceivedQuery } from '../answer/decider.ts'
import type { Soa } from '../rdata/layouts.ts'
import { CLASS, RCODE, TYPE } from '../wire/codes.ts'
import { type Name, nameKey } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { Question } from '../wire/question.ts'
import type { Zone, Zones } from '../zone/zone.ts'
import { fetchIfNewer, type TransferSource } from './fetch.ts'
import { type CopyState, confirmed, failed, isExpired, NO_COPY } from './refresh.ts'

/** Milliseconds between two checks of one zone, however many NOTIFYs arrive: a NOTIFY is easily forged. */
const GAP = 200
/** Unknown zones for which the primary is asked after a NOTIFY, in so many milliseconds. */
const TRIALS = 8
const TRIAL = 1_000
/** Checks and transfers at the same time, so that a secondary of many zones does not flood its primary with connections. */
const AT_ONCE = 8
/** Milliseconds. Timers of JavaScript have 31 bits, and a longer time means none; an SOA may have 68 years. */
const LONGEST_TIMER = 86_400_000

export interface SecondaryListener {
  transferred(zone: Zone): void
  /** The primary answered, and the copy is current. */
  confirmed(origin: string): void
  /** There was no correct answer; it will be tried again. */
  failed(origin: string, why: string, failures: number): void
  expired(origin: string): void
  /** A record of a transfer was ignored or changed. */
  warned(origin: string, problem: string): void
}

interface SecondaryZone {
  readonly origin: Name
  copy: CopyState
  timer: { cancel(): void }
  asking: boolean
  askedAt: number
  readonly copied: PromiseWithResolvers<void>
  /** A NOTIFY arrived during a check, so its result may be old already. */
  askAgain: boolean
}

export class Secondary {
  readonly #primary: TransferSource
  readonly #zones: Zones
  readonly #clock: Clock
  readonly #listener: SecondaryListener
  readonly #kept = new Map<string, SecondaryZone>()
  #stopped = false
  #trying = 0
  #running = 0
  /** Checks that start when another one ends. */
  readonly #queue: (() => void)[] = []

  constructor(primary: TransferSource, zones: Zones, clock: Clock, listener: SecondaryListener) {
    this.#primary = primary
    this.#zones = zones
    this.#clock = clock
    this.#listener = listener
  }

  /** Keeps a copy of this zone from now on. Until there is one, names in the zone get SERVFAIL. */
  keep(origin: Name): void {
    const key = nameKey(origin)
    if (this.#kept.has(key)) return
    const kept: SecondaryZone = {
      origin,
      copy: NO_COPY,
      timer: NO_TIMER,
      asking: false,
      askedAt: Number.NEGATIVE_INFINITY,
      askAgain: false,
      copied: Promise.withResolvers(),
    }
    this.#kept.set(key, kept)
    this.#zones.hold(origin, 'not transferred from the primary yet')
    void this.#ask(kept)
  }

  stop(): void {
    this.#stopped = true
    for (const { timer } of this.#kept.values()) timer.cancel()
  }

  /** Resolves when each zone has been copied once. */
  get current(): Promise<unknown> {
    return Promise.all([...this.#kept.values()].map(({ copied }) => copied.promise))
  }

  /** Handles a NOTIFY. An unknown zone is kept from now on, if the primary has it. Bound, to be passed on. */
  readonly notified = ({ name, type, class: klass }: Question, { client }: ReceivedQuery): DnsReply => {
    if (client.address !== this.#primary.address) return refusal(RCODE.REFUSED)
    if (type !== TYPE.SOA || klass !== CLASS.IN) return refusal(RCODE.NOTIMP)
    const kept = this.#kept.get(nameKey(name))
    if (kept) this.#askSoon(kept)
    else if (this.#trying < TRIALS) void this.#try(name)
    else return refusal(RCODE.SERVFAIL)
    return { ...refusal(RCODE.NOERROR), aa: true }
  }

  /**
   * An unknown zone is kept if the primary has it. A NOTIFY is a datagram: a forged one must cause no more than a few connections to
   * the primary a second.
   */
  async #try(origin: Name): Promise<void> {
    this.#trying++
    try {
      const zone = await this.#fetch(origin, undefined)
      if (zone && !this.#stopped) this.keep(origin)
    } catch (error) {
      this.#listener.failed(formatName(origin), describeError(error), 1)
    }
    this.#clock.after(TRIAL, () => this.#trying--)
  }

  /** {@link fetchIfNewer}, after other checks when too many are running. */
  async #fetch(origin: Name, serial: number | undefined): Promise<Zone | undefined> {
    if (this.#running >= AT_ONCE) await new Promise<void>(start => this.#queue.push(start))
    else this.#running++
    try {
      const warn = (problem: string) => this.#listener.warned(formatName(origin), problem)
      return await fetchIfNewer(this.#primary, origin, serial, warn)
    } finally {
      const next = this.#queue.shift()
      if (next) next()
      else this.#running--
    }
  }

  /** Checks at once, or as soon as {@link GAP} allows. */
  #askSoon(kept: SecondaryZone): void {
    if (kept.asking) {
      kept.askAgain = true
      return
    }
    kept.timer.cancel()
    const wait = kept.askedAt + GAP - this.#clock.now()
    if (wait <= 0) void this.#ask(kept)
    else kept.timer = this.#clock.after(wait, () => void this.#ask(kept))
  }

  async #ask(kept: SecondaryZone): Promise<void> {
    kept.asking = true
    kept.askedAt = this.#clock.now()
    let report = () => {}
    try {
      const ours = this.#zones.get(kept.origin)
      const zone = await this.#fetch(kept.origin, ours?.serial)
      if (this.#stopped) return
      if (zone) this.#zones.put(zone)
      const { soa } = zone ?? (ours as Zone)
      kept.copied.resolve()
      kept.copy = confirmed(soa.data[0] as Soa, this.#clock.now())
      report = () => (zone ? this.#listener.transferred(zone) : this.#listener.confirmed(formatName(kept.origin)))
    } catch (error) {
      if (this.#stopped) return
      kept.copy = failed(kept.copy, this.#clock.now())
      report = () => this.#listener.failed(formatName(kept.origin), describeError(error), kept.copy.failures)
    }
    kept.asking = false
    const again = kept.askAgain
    kept.askAgain = false
    if (again) this.#askSoon(kept)
    else this.#schedule(kept)
    report()
  }

  #schedule(kept: SecondaryZone): void {
    const { askAt, expireAt } = kept.copy
    const left = Math.min(askAt, expireAt) - this.#clock.now()
    kept.timer = this.#clock.after(Math.min(Math.max(0, left), LONGEST_TIMER), () => {
      if (left > LONGEST_TIMER) return this.#schedule(kept)
      if (isExpired(kept.copy, this.#clock.now()) && this.#zones.get(kept.origin)) this.#expire(kept)
      void this.#ask(kept)
    })
  }

  /** No check "for the EXPIRE interval, it must assume that its copy of the zone is obsolete" and discard it (RFC 1034 §4.3.5). */
  #expire(kept: SecondaryZone): void {
    this.#zones.hold(kept.origin, 'expired: the primary has not answered for too long')
    kept.copy = { ...NO_COPY, failures: kept.copy.failures }
    this.#listener.expired(formatName(kept.origin))
  }
}

const NO_TIMER = { cancel() {} }
