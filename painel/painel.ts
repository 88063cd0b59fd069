/**
 * The painel, put together: it follows the events of every component while it is in use, keeps the last journeys and the map, and passes
 * both on to the open pages.
 *
 * Read beside: attention.ts, follow/follower.ts, journeys/journeys.ts, map/observer.ts, live.ts
 * Touches the world: through followers and observer.
 */
import type { Clock } from '#shared/clock.ts'
import { Events, type LabEvent } from '#shared/events.ts'
import { hostAt } from '#shared/network-map.ts'
import { RequestMaker } from './act/requests.ts'
import { Attention } from './attention.ts'
import type { PainelConfig } from './config.ts'
import { Follower } from './follow/follower.ts'
import { nextShare } from './follow/sampling.ts'
import { Journeys } from './journeys/journeys.ts'
import { LessonProgress } from './lessons/progress.ts'
import { Live } from './live.ts'
import { hasAdmin, type LabMap } from './map/lab-map.ts'
import { Observer } from './map/observer.ts'
import { Sales } from './sales/sales.ts'

const SAMPLING_EVERY_MS = 1_000

export class Painel {
  readonly journeys: Journeys
  readonly live = new Live()
  readonly sales = new Sales()
  readonly attention: Attention
  readonly observer: Observer
  /** The steps of the lessons that have been observed. */
  readonly progress: LessonProgress
  /** The events of the painel's own client. */
  readonly clientEvents = new Events('painel')
  readonly requestMaker: RequestMaker
  readonly #clock: Clock
  readonly #followers: readonly Follower[]
  /** Ids of the journeys that began in the current second. */
  readonly #begun = new Set<string>()
  #share = 1
  #unwatch: () => void = () => {}
  #timer: { cancel(): void } | undefined

  constructor(config: PainelConfig, clock: Clock, progress = new LessonProgress(new Map())) {
    this.#clock = clock
    this.requestMaker = new RequestMaker(config.map, this.clientEvents)
    this.journeys = new Journeys(address => hostAt(config.map, address)?.name)
    this.progress = progress
    this.attention = new Attention(
      clock,
      () => this.#follow(),
      () => this.#rest(),
    )
    this.observer = new Observer({ ...config, clock, onChange: map => this.#onMap(map) })
    this.#followers = config.map.hosts
      .filter(host => !host.planned && hasAdmin(host))
      .map(host => new Follower({ host, clock, share: () => this.#share, onEvent: event => this.#onEvent(event) }))
  }

  /** The share of the requests that is followed: 1, or less under load. */
  get share(): number {
    return this.#share
  }

  close(): void {
    this.#rest()
    this.requestMaker.close()
    this.live.close()
  }

  #follow(): void {
    for (const follower of this.#followers) follower.start()
    this.#watchClient()
    this.observer.start()
    this.#timer = this.#clock.after(SAMPLING_EVERY_MS, () => this.#adaptShare())
  }

  #rest(): void {
    this.#timer?.cancel()
    this.#unwatch()
    this.observer.stop()
    for (const follower of this.#followers) follower.stop()
  }

  #watchClient(): void {
    this.#unwatch()
    this.#unwatch = this.clientEvents.watch(event => this.#onEvent(event), this.#share)
  }

  #onMap(map: LabMap): void {
    this.live.send('map', map)
    for (const step of this.progress.observeMap(map)) this.live.send('step', step)
  }

  #onEvent(event: LabEvent): void {
    for (const step of this.progress.observe(event)) this.live.send('step', step)
    const sale = this.sales.add(event)
    if (sale !== undefined) this.live.send('sale', sale)
    const added = this.journeys.add(event)
    if (added === undefined) return
    const { id, hops } = added
    this.#begun.add(id)
    if (!this.live.watched) return
    for (const hop of hops) this.live.send('hop', { journey: id, hop })
    this.live.send('journey', this.journeys.summary(id))
  }

  #adaptShare(): void {
    const share = nextShare(this.#share, this.#begun.size)
    this.#begun.clear()
    if (share !== this.#share) {
      this.#share = share
      for (const follower of this.#followers) follower.restart()
      this.#watchClient()
      this.live.send('sampling', { share })
    }
    this.#timer = this.#clock.after(SAMPLING_EVERY_MS, () => this.#adaptShare())
  }
}
