/**
 * When the other components noticed a failure, from what each of them published or showed itself.
 *
 *   frontend   is watched by the DNS servers: its address is left out of the answers
 *   backend    by the edge proxies: it gets no requests
 *   redis, mysql   by the backends: /status says `down`
 *   ns1, ns2, painel   by none: a client that gets no answer from one DNS server asks the other
 *
 * Read beside: watchers.ts (which collects them), trial.ts
 * Pure: sightings in, seconds out.
 */
import { type Host, hostNamed, hostsOf, type NetworkMap } from '#shared/network-map.ts'

/** A watcher has found that its subject is up, or down. Also sent again without a change. */
export interface Sighting {
  readonly watcher: string
  readonly subject: string
  readonly up: boolean
  /** Milliseconds, as `performance.now()` gives them. */
  readonly at: number
}

export interface HostWatch {
  readonly watcher: Host
  /** The name of a host; for a database its role, because a backend does not show which of three servers it has lost. */
  readonly subject: string
}

export interface WatchedTimes {
  /** Seconds from the beginning of the fault until the last watcher had noticed; undefined when one has not, or when there is none. */
  readonly noticed: number | undefined
  /** Seconds from the end of the fault until the last watcher used the host again; undefined when that was before the end, or has not happened. */
  readonly usedAgain: number | undefined
}

const WATCHER_ROLES: Readonly<Record<string, Host['role']>> = {
  frontend: 'dns',
  backend: 'frontend',
  redis: 'backend',
  mysql: 'backend',
}

/** The components that can notice the failure of these hosts: those that run, without the hosts themselves. */
export function watchesOf(map: NetworkMap, hosts: readonly string[], running: readonly string[]): HostWatch[] {
  return hosts.flatMap(name => {
    const host = hostNamed(map, name)
    const role = WATCHER_ROLES[host.role]
    if (role === undefined) return []
    const subject = role === 'backend' ? host.role : name
    return hostsOf(map, role)
      .filter(watcher => running.includes(watcher.name) && !hosts.includes(watcher.name))
      .map(watcher => ({ watcher, subject }))
  })
}

/** @param begin and @param end of the fault, as `performance.now()` gives them */
export function watchedTimes(
  watches: readonly HostWatch[],
  sightings: readonly Sighting[],
  begin: number,
  end: number,
): WatchedTimes {
  const found = watches.map(({ watcher, subject }) => {
    const own = sightings.filter(one => one.watcher === watcher.name && one.subject === subject && one.at >= begin)
    const down = own.find(({ up, at }) => !up && at < end)
    // A watcher may try the host and give it up again, so the last finding counts.
    const lastDown = own.findLast(({ up }) => !up)
    const back = own.find(({ up, at }) => up && at > (lastDown?.at ?? Number.POSITIVE_INFINITY))
    return { down: down?.at, back: back?.at }
  })
  const downs = found.flatMap(({ down }) => down ?? [])
  const backs = found.flatMap(({ back }) => back ?? [])
  const all = found.length > 0 && downs.length === found.length
  const last = backs.length === downs.length ? Math.max(...backs) : Number.NaN
  return {
    noticed: all ? (Math.max(...downs) - begin) / 1000 : undefined,
    usedAgain: all && last > end ? (last - end) / 1000 : undefined,
  }
}
