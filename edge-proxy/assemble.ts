/**
 * The parts of an edge, made from its settings: clusters, gateway, limits, faults, the page. Nothing is opened, and no backend is known yet.
 *
 * Read beside: main.ts (which opens it), workers/worker.ts (which opens it again in a thread of its own), config.ts
 * Touches the world: reads the files of the page.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { prefixOf } from '#shared/network-map.ts'
import { answerersOf } from './answerers.ts'
import type { EdgeConfig } from './config.ts'
import type { MemberSource } from './discovery/cluster-members.ts'
import { EdgeFaults } from './downstream/faults.ts'
import { readIntoKeptMemory } from './downstream/read-memory.ts'
import { Edge } from './edge.ts'
import { randomHex } from './forwarding/identity.ts'
import { Gateway } from './gateway/gateway.ts'
import { type CreateBuckets, RateLimits } from './limits/rate-limits.ts'
import { errorPages } from './pages/error-page.ts'
import { loadSites } from './static/sites.ts'
import { DEFAULT_TIMEOUTS } from './timeouts.ts'
import { Cluster, type ClusterOptions } from './upstream/cluster.ts'
import { MAX_OPEN } from './upstream/pool.ts'

export interface EdgeSurroundings {
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
  /** For changes of backends and faults; by default the same. */
  readonly changes?: Log
  /** By default each cluster checks its backends itself. */
  readonly createChecks?: ClusterOptions['createChecks']
  /** Where the requests of limited clients are counted; by default in the memory of this thread. */
  readonly createBuckets?: CreateBuckets
}

export interface EdgeParts {
  readonly edge: Edge
  readonly limits: RateLimits
  readonly faults: EdgeFaults
  /** Each cluster, with where its backends are found; that of `www` is the first. */
  readonly rows: readonly (MemberSource & { readonly cluster: Cluster })[]
}

export async function assembleEdge(config: EdgeConfig, surroundings: EdgeSurroundings): Promise<EdgeParts> {
  const { clock, events, log, changes = log, createChecks, createBuckets } = surroundings
  const { host, workers } = config
  const limits = new RateLimits(config.limits, config.edges, prefixOf(host.address), createBuckets)
  const common = {
    algorithm: config.algorithm,
    retryStatuses: config.retryStatuses,
    localAddress: host.address,
    upstreamIdle: DEFAULT_TIMEOUTS.upstreamIdle,
    maxOpen: shareOf(MAX_OPEN, workers),
    checks: config.checks,
    ...(createChecks === undefined ? {} : { createChecks }),
    clock,
    events,
    log: changes,
  }
  const www = { ...config, cluster: new Cluster({ ...common, name: 'www' }) }
  const applications = config.applications.map(row => ({ ...row, cluster: new Cluster({ ...common, ...row }) }))
  const faults = new EdgeFaults({ allowed: config.faultsAllowed, clock, events, log: changes })
  const edge = new Edge({
    name: host.name,
    serverName: config.serverName,
    gateway: new Gateway(
      www.cluster,
      applications.map(row => ({ ...row, destination: row.cluster })),
    ),
    answerers: answerersOf({ limits, files: await loadSites(config.applications.map(row => row.application)), clock }),
    presentError: errorPages(host.address),
    faults,
    readSocket: readIntoKeptMemory,
    maxConnections: shareOf(config.maxConnections, workers),
    sharesPorts: workers > 1,
    timeouts: DEFAULT_TIMEOUTS,
    clock,
    random: randomHex,
    events,
    log,
  })
  faults.closePortsOf(edge)
  return { edge, limits, faults, rows: [www, ...applications] }
}

/** The part of a bound that each worker has: together they never have more. At least 1. */
function shareOf(bound: number, workers: number): number {
  return Math.max(1, Math.floor(bound / workers))
}
