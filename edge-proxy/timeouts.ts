/**
 * How long each step of a connection or an exchange may take, in milliseconds.
 *
 * Read beside: RFC 9112 §9.5 (failures and timeouts), exchange/awaited-step.ts (which of them applies), deadlines.ts (precision),
 *   failures.ts (the response when one is exceeded)
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
  /** To connect to a backend, when no other one is available. One lost SYN is repeated after 1 s; a second loss is too long. */
  connect: 2_000,
  /** To connect to a backend, when another one is available: nothing has been sent yet, so any request may go there. */
  connectElsewhere: 400,
  /** For a free connection to a backend, when all are in use (upstream/pool.ts). */
  queue: 10_000,
  /** For a backend to come back, when all are down, from the request's head on. A restart takes about this long. */
  hold: 3_000,
  /** Until a backend makes room for more of the request. */
  write: 10_000,
  /** From the end of the request to asking another backend, where that is allowed (balance/retry.ts). */
  silence: 750,
  /** From the end of the request to the first octet of the response. As nginx's `proxy_read_timeout`: a long poll fits into it. */
  firstByte: 60_000,
  /** Between two pieces of a response. A response as a whole has no limit: a stream lasts as long as either side sends. */
  response: 60_000,
  /** Between two pieces of a stream of events; nginx is usually set to this for them. */
  stream: 3_600_000,
  /** A tunnel (WebSocket) in which neither side sends anything; nginx is usually set to this for them. */
  tunnelIdle: 3_600_000,
  /** An idle connection to a backend; shorter than the 5 s after which node:http closes one from its side. */
  upstreamIdle: 4_000,
  /** A connection to a backend that answered this recently may carry a request that must not be repeated (balance/retry.ts). */
  justAnswered: 1_000,
  /** After a client's FIN in the middle of an exchange. A half-close may still wait for its response; an abort looks the same. */
  halfClosed: 1_000,
  /** Reading on after the last response, so that a reset does not destroy it on its way (RFC 9112 §9.6). */
  linger: 2_000,
  /** The same after a response that came before the end of the request: since the last octet (nginx: `lingering_timeout`). */
  lingerSending: 5_000,
  /** And at most, while the client goes on sending (nginx: `lingering_time`). */
  lingerTotal: 30_000,
}

export type Timeouts = Readonly<typeof DEFAULT_TIMEOUTS>

/** When the edge stops: for open exchanges, after the grace time. shared/lifecycle.ts ends the process after 15 s in any case. */
export const FINISH_MS = 4_000

/** Octets per second that a request body must reach after `Timeouts.body`. */
export const BODY_RATE = 1024
