/**
 * Stopping without losing a request: say so first, wait until the edges have seen it, then close the door behind the last one.
 *
 *   SIGTERM ── /healthz says 503, answers close their connection ── grace over, or nobody comes or is connected any more
 *           ── no new connections, idle ones closed, what is under way is finished ── patience over: cut off
 *
 * Read beside: main.ts, routes/status.ts (`/healthz`), edge-proxy/balance/check.ts (how often the edges look)
 * Touches the world: closes the server's socket and its connections.
 */
import type { Server } from 'node:http'
import { systemClock } from '#shared/clock.ts'
import { untilQuiet } from '#shared/drain.ts'

export interface DrainTimes {
  /** Milliseconds, at most. Much longer than the 2 s between two health checks of an edge, which may be busy. */
  readonly grace: number
  /** Milliseconds for what is under way when the door is closed; the rest is cut off. */
  readonly patience: number
}

const DRAIN_TIMES: DrainTimes = { grace: 5_000, patience: 8_000 }
/** Eight looks in a row must find no connection, and none that was opened and closed since the last look. */
const QUIET = { interval: 25, looks: 8 }

/** Closes the server. The caller has seen to it that `/healthz` says 503 by now. */
export async function closeGently(server: Server, { grace, patience }: DrainTimes = DRAIN_TIMES): Promise<void> {
  let arrived = 0
  server.on('connection', () => arrived++)
  const arrivals = { accepted: () => arrived, open: () => connections(server) }
  await untilQuiet(arrivals, { ...QUIET, patience: grace }, systemClock)
  const cutOff = setTimeout(() => server.closeAllConnections(), patience)
  await new Promise(closed => server.close(closed))
  clearTimeout(cutOff)
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}
