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
import { DEFAULT_CHECK_TIMES } from '../balance/check.ts'
import { Edge, type EdgeOptions } from '../edge.ts'
import { randomHex } from '../forwarding/identity.ts'
import { DEFAULT_LIMITS, RateLimits } from '../limits/rate-limits.ts'
import { DEFAULT_TIMEOUTS } from '../timeouts.ts'
import type { TestBackend } from './backends.ts'

export interface TestEdge {
  readonly edge: Edge
  readonly port: number
  readonly events: Events
  /** Everything it has logged. */
  log(): string
}

/** The part of a tap test that is used here. */
interface Teardown {
  teardown(step: () => unknown): void
}

/** Opens an edge and closes it, and the backends, at the end of the test. */
export async function openEdge(
  t: Teardown,
  backends: readonly TestBackend[],
  options: Partial<EdgeOptions> = {},
): Promise<TestEdge> {
  let logged = ''
  const sink = new Writable({
    write(piece, _, done) {
      logged += piece
      done()
    },
  })
  const events = new Events('frontend1')
  const edge = new Edge({
    name: 'frontend1',
    serverName: 'Frontend 1',
    algorithm: 'round-robin',
    retryStatuses: [],
    files: new Map(),
    limits: new RateLimits(DEFAULT_LIMITS, 3, '127.0.0'),
    maxConnections: 16_384,
    timeouts: DEFAULT_TIMEOUTS,
    checks: DEFAULT_CHECK_TIMES,
    clock: systemClock,
    random: randomHex,
    events,
    log: createLog('frontend1', sink),
    ...options,
  })
  await edge.setBackends(backends.map(({ name, address, port, weight }) => ({ name, address, port, weight })))
  const port = await edge.listen('127.0.0.1', 0)
  t.teardown(async () => {
    const drained = edge.draining ? undefined : edge.drain(0, 0)
    if (edge.clock instanceof FakeClock) edge.clock.advance(1)
    await drained
    await Promise.all(backends.map(backend => backend.close()))
  })
  return { edge, port, events, log: () => logged }
}
