/**
 * The secondary: keeps copies of the primary's zones, asks for news as often as each SOA says, and at once when notified.
 *
 * Read beside: refresh.ts (when), client.ts (how), RFC 1996 §3.7 and §4.7 (what a NOTIFY does), §3.11 (who is believed)
 * Touches the world: through client.ts.
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

/** Milliseconds between two questions about one zone, however often we are notified: a NOTIFY is easily forged. */
const GAP = 200
/** Zones that we had not heard of, asked for in so many milliseconds. */
const TRIALS = 8
const TRIAL = 1_000
/** Milliseconds. JavaScript's timers count in 31 bits and take more for nothing; an SOA may say 68 years. */
const LONGEST_TIMER = 86_400_000

export interface SecondaryListener {
  transferred(zone: Zone): void
  /** The primary was asked, and had nothing new. */
  confirmed(origin: string): void
  /** It could not be asked, or did not behave; it will be tried again. */
  failed(origin: string, why: string, failures: number): void
  expired(origin: string): void
}

interface SecondaryZone {
  readonly origin: Name
  copy: CopyState
  timer: { cancel(): void }
  asking: boolean
  askedAt: number
  readonly copied: PromiseWithResolvers<void>
  /** A NOTIFY came while we were asking: what we got may be old already. */
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

  constructor(primary: TransferSource, zones: Zones, clock: Clock, listener: SecondaryListener) {
    this.#primary = primary
    this.#zones = zones
    this.#clock = clock
    this.#listener = listener
  }

  /** Keeps a copy of this zone from now on. Until it is there, the zone's names get SERVFAIL. */
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

  /** Resolves when there was a copy of each zone that is kept now. */
  get current(): Promise<unknown> {
    return Promise.all([...this.#kept.values()].map(({ copied }) => copied.promise))
  }

  /** Bound, to be handed on. A zone that we did not know of is kept from now on: the primary says that it is ours. */
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
   * A zone that we have not heard of is kept if the primary gives it to us. A NOTIFY is a datagram: whoever forges the primary's
   * address must get nothing for it but a few connections to the primary a second.
   */
  async #try(origin: Name): Promise<void> {
    this.#trying++
    try {
      const zone = await fetchIfNewer(this.#primary, origin, undefined)
      if (zone && !this.#stopped) this.keep(origin)
    } catch (error) {
      this.#listener.failed(formatName(origin), describeError(error), 1)
    }
    this.#clock.after(TRIAL, () => this.#trying--)
  }

  /** At once, or as soon as {@link GAP} allows. */
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
    let said = () => {}
    try {
      const ours = this.#zones.get(kept.origin)
      const zone = await fetchIfNewer(this.#primary, kept.origin, ours?.serial)
      if (this.#stopped) return
      if (zone) this.#zones.put(zone)
      const { soa } = zone ?? (ours as Zone)
      kept.copied.resolve()
      kept.copy = confirmed(soa.data[0] as Soa, this.#clock.now())
      said = () => (zone ? this.#listener.transferred(zone) : this.#listener.confirmed(formatName(kept.origin)))
    } catch (error) {
      if (this.#stopped) return
      kept.copy = failed(kept.copy, this.#clock.now())
      said = () => this.#listener.failed(formatName(kept.origin), describeError(error), kept.copy.failures)
    }
    kept.asking = false
    const again = kept.askAgain
    kept.askAgain = false
    if (again) this.#askSoon(kept)
    else this.#schedule(kept)
    said()
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
    this.#zones.hold(kept.origin, 'expired: the primary was not reached for too long')
    kept.copy = { ...NO_COPY, failures: kept.copy.failures }
    this.#listener.expired(formatName(kept.origin))
  }
}

const NO_TIMER = { cancel() {} }
