/**
 * How long each step of a connection or an exchange may take, in milliseconds.
 *
 * Read beside: RFC 9112 §9.5 (failures and timeouts), exchange-deadline.ts (which of them applies), deadlines.ts (precision),
 *   failures.ts (what a client is told when one is exceeded)
 * Pure: numbers.
 */

export const DEFAULT_TIMEOUTS = {
  /** From the first octet of a head (or the accepted connection) to its end. Slow heads are the cheapest attack there is. */
  head: 10_000,
  /** Between two requests on one connection. Short, because an open connection hides DNS round robin from its user. */
  keepAlive: 15_000,
  /** For the first request of a connection that is open when the edge begins to stop. */
  firstRequest: 1_000,
  /** Between two pieces of a request body. */
  bodyIdle: 10_000,
  /** A whole request body: this long, and 1 s more for every `BODY_RATE` octets received. */
  body: 20_000,
  /** Until a client that has not read what was sent makes room for more. */
  reader: 30_000,
  /** To connect to a backend. Backends are near: one lost SYN is repeated after 1 s, a second loss is too long. */
  connect: 2_000,
  /** Until a backend makes room for more of the request. */
  write: 10_000,
  /** From the end of the request to the first octet of the response. */
  firstByte: 30_000,
  /** Between two pieces of a response. */
  response: 30_000,
  /** A whole exchange, tunnels excepted. */
  total: 600_000,
  /** A tunnel in which neither side sends anything; WebSocket peers ping each other more often than this. */
  tunnelIdle: 300_000,
  /** An idle connection to a backend; shorter than the 5 s after which node:http closes one from its side. */
  upstreamIdle: 4_000,
  /** A connection to a backend that answered this recently may carry a request that must not be repeated (balance/retry.ts). */
  justAnswered: 1_000,
  /** After a client's FIN in the middle of an exchange. A half-close may still wait for its response; an abort looks the same. */
  halfClosed: 1_000,
  /** Reading on after the last response, so that a reset does not destroy it on its way (RFC 9112 §9.6). */
  linger: 2_000,
}

export type Timeouts = Readonly<typeof DEFAULT_TIMEOUTS>

/** Octets per second that a request body must reach after `Timeouts.body`. */
export const BODY_RATE = 1024
