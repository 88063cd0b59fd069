/**
 * An edge for tests: a real one, on a port that the system chooses, in front of the backends of the test.
 *
 * Read beside: backends.ts, raw-client.ts
 * Touches the world: listens on a TCP port and connects to the backends.
 */
import { Writable } from 'node:stream'
import { FakeClock, systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { answerersOf } from '../answerers.ts'
import type { BackendAddress } from '../balance/backend.ts'
import { BACKEND_CHECKS } from '../balance/check.ts'
import { readIntoKeptMemory } from '../downstream/read-memory.ts'
import { Edge, type EdgeOptions } from '../edge.ts'
import { randomHex } from '../forwarding/identity.ts'
import { Gateway } from '../gateway/gateway.ts'
import { DEFAULT_LIMITS, RateLimits } from '../limits/rate-limits.ts'
import type { Files } from '../static/files.ts'
import { DEFAULT_TIMEOUTS, type Timeouts } from '../timeouts.ts'
import { Cluster, type ClusterOptions } from '../upstream/cluster.ts'
import type { TestBackend } from './backends.ts'

export interface TestEdge {
  readonly edge: Edge
  readonly cluster: Cluster
  readonly limits: RateLimits
  readonly port: number
  readonly events: Events
  /** Everything it has logged. */
  log(): string
}

/**
 * A backend that is only slow, because the machine has much other work, is not silent: a test in which another one must be asked sets these.
 */
const PATIENT: Timeouts = { ...DEFAULT_TIMEOUTS, silence: 30_000, connectElsewhere: 30_000 }

export type TestEdgeOptions = Partial<Omit<EdgeOptions & ClusterOptions, 'timeouts'>> & {
  /** Those that differ from what every test has. */
  readonly timeouts?: Partial<Timeouts>
  readonly files?: Files
  readonly limits?: RateLimits
  /** Where it listens; 127.0.0.1 by default. */
  readonly address?: string
}

/** The part of a tap test that is needed here. */
interface Teardown {
  teardown(step: () => unknown): void
}

/** Opens an edge and closes it, and the backends, at the end of the test. */
export async function openEdge(
  t: Teardown,
  backends: readonly TestBackend[],
  {
    files = new Map(),
    limits = new RateLimits(DEFAULT_LIMITS, 3, '127.0.0'),
    address = '127.0.0.1',
    timeouts: different,
    ...options
  }: TestEdgeOptions = {},
): Promise<TestEdge> {
  let logged = ''
  const sink = new Writable({
    write(piece, _, done) {
      logged += piece
      done()
    },
  })
  const events = new Events('frontend1')
  const common = { clock: systemClock, events, log: createLog('frontend1', sink), ...options }
  const { clock } = common
  const timeouts = { ...PATIENT, ...different }
  const cluster = new Cluster({
    algorithm: 'round-robin',
    retryStatuses: [],
    upstreamIdle: timeouts.upstreamIdle,
    checks: BACKEND_CHECKS,
    ...common,
    name: 'www',
  })
  const edge = new Edge({
    serverName: 'Frontend 1',
    gateway: new Gateway(cluster),
    answerers: answerersOf({ limits, files: new Gateway(files), clock }),
    readSocket: readIntoKeptMemory,
    maxConnections: 16_384,
    timeouts,
    random: randomHex,
    name: 'frontend1',
    ...common,
  })
  await cluster.setBackends(backends.map(addressOf))
  const port = await edge.listen(address, 0)
  t.teardown(async () => {
    const drained = edge.draining ? undefined : edge.drain(0, 0)
    if (clock instanceof FakeClock) clock.advance(1)
    await drained
    await Promise.all(backends.map(backend => backend.close()))
  })
  return { edge, cluster, limits, port, events, log: () => logged }
}

function addressOf({ name, address, port, weight }: BackendAddress): BackendAddress {
  return { name, address, port, weight }
}
