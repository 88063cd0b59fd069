/**
 * Collects what the components of the lab notice about each other during a trial: the events of DNS servers and edge proxies, and what backends show in /status.
 *
 * Read beside: sightings.ts (what is made of it), bench/fault-trials.ts
 * Touches the world: one connection to the admin endpoint of each DNS server and edge proxy; ten requests a second to each backend that watches a database.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import { systemClock } from '#shared/clock.ts'
import type { LabEvent } from '#shared/events.ts'
import { Follower } from '../../painel/follow/follower.ts'
import type { HostWatch, Sighting } from './sightings.ts'

/** Milliseconds. */
const LOOK_EVERY_MS = 100
const LOOK_WITHIN_MS = 1_000

export class Watchers {
  readonly sightings: Sighting[] = []
  readonly #followers: Follower[] = []
  #open = true

  constructor(watches: readonly HostWatch[]) {
    const hosts = new Map(watches.map(({ watcher }) => [watcher.name, watcher]))
    for (const host of hosts.values()) {
      if (host.role === 'backend') {
        const subjects = watches.filter(({ watcher }) => watcher.name === host.name).map(({ subject }) => subject)
        void this.#look(host.name, `http://${host.address}:${host.port}/status`, subjects)
        continue
      }
      // Events without a request are always sent, so the smallest share of the requests is enough.
      const onEvent = (event: LabEvent) => void this.sightings.push(...sightingsIn(event))
      const follower = new Follower({ host, clock: systemClock, share: () => 1e-6, onEvent })
      follower.start()
      this.#followers.push(follower)
    }
  }

  end(): void {
    this.#open = false
    for (const follower of this.#followers) follower.stop()
  }

  async #look(watcher: string, url: string, subjects: readonly string[]): Promise<void> {
    while (this.#open) {
      try {
        const { body } = await request(url, { headersTimeout: LOOK_WITHIN_MS, bodyTimeout: LOOK_WITHIN_MS })
        const status = (await body.json()) as Record<string, unknown>
        const at = performance.now()
        for (const subject of subjects) this.sightings.push({ watcher, subject, up: status[subject] !== 'down', at })
      } catch {
        // This backend does not answer now, which does not show the state of the database.
      }
      await pause(LOOK_EVERY_MS)
    }
  }
}

function sightingsIn(event: LabEvent): Sighting[] {
  const at = event.time - performance.timeOrigin
  const watcher = event.component
  if (event.kind === 'dns.health') {
    return [{ watcher, subject: event.detail.name, up: event.detail.healthy, at }]
  }
  if (event.kind === 'edge.health') {
    return [{ watcher, subject: event.detail.backend, up: event.detail.available, at }]
  }
  return []
}
