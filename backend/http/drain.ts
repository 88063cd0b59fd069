/**
 * A stop that loses no request: `/healthz` becomes 503, the edges notice it and send new requests to other backends, and only then
 * the listening socket is closed.
 *
 *   SIGTERM   /healthz is 503, and responses close their connection
 *             until there are no connections any more, or the grace period is over
 *   then      no new connections, idle ones are closed, requests in progress are completed
 *             until their time is over: then the remaining connections are cut
 *
 * Read beside: ../main.ts, ../routes/status.ts (`/healthz`), #shared/drain.ts, edge-proxy/balance/check.ts (how often the edges check)
 * Touches the world: closes the server's socket and its connections.
 */
import type { Server } from 'node:http'
import { systemClock } from '#shared/clock.ts'
import { untilQuiet } from '#shared/drain.ts'

export interface DrainTimes {
  /** Milliseconds at most until the socket is closed. Much longer than the 2 s between two health checks of an edge, which may be busy. */
  readonly grace: number
  /** Milliseconds for the requests in progress when the socket is closed. */
  readonly patience: number
}

const DRAIN_TIMES: DrainTimes = { grace: 5_000, patience: 8_000 }
/** Eight looks in a row must find no connection, and none that was opened and closed since the last look. */
const QUIET = { interval: 25, looks: 8 }

/** Closes the server. `/healthz` has to be 503 when this is called. */
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
