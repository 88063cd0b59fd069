/**
 * Responses that are sent before the whole request has arrived: a 413, a 404 or a 415 to an upload, a 400 to garbage.
 *
 * If a program closes a connection while unread octets are in it, TCP sends RST, and the peer may lose the response that is on its way
 * (RFC 9112 §9.6). So the rest of the request is read and discarded, and the connection is closed only when it has ended, or when its
 * sender has been silent for {@link SILENCE_MS}. The total time is limited as for any other request (`requestTimeout` of node:http).
 *
 * Read beside: server.ts, malformed-requests.ts; nginx's `lingering_close`
 * Touches the world: reads from a client's socket, and closes it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Milliseconds without an octet of the request, after which the connection is closed. nginx: `lingering_timeout 5s`. */
const SILENCE_MS = 5_000

/** Connections whose response is complete, while their request is still arriving. */
const reading = new WeakSet<Duplex>()

/** Whether there is content that has not arrived completely. (A GET without content is not `complete` either when its route runs.) */
export function isArriving({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Whether the response of this connection is complete already: no error response may follow it. */
export function isAnswered(socket: Duplex): boolean {
  return reading.has(socket)
}

/**
 * Sends the whole response at once, and ends it after the request: node:http closes the connection when a response with
 * `Connection: close` ends.
 *
 * @param response with its head written, including Content-Length
 */
export function sendEarly(request: IncomingMessage, response: ServerResponse, body: string | Buffer): void {
  if (body.length > 0) response.write(body)
  else response.flushHeaders()
  const { socket } = request
  reading.add(socket)
  const closing = closeWhenSilent(socket)
  request.on('data', closing.heard).on('end', () => {
    closing.cancel()
    reading.delete(socket)
    response.end()
  })
}

/**
 * Sends an error response to input that is not a request, and reads until the client closes the connection.
 *
 * @param text the response, from its status line to its last octet
 */
export function sendAndRead(socket: Duplex, text: string): void {
  reading.add(socket)
  socket.end(text)
  const { heard } = closeWhenSilent(socket)
  socket.on('data', heard).resume()
}

/** Closes the socket after {@link SILENCE_MS} in which `heard` was not called. */
function closeWhenSilent(socket: Duplex): { heard: () => void; cancel: () => void } {
  const timer = setTimeout(() => socket.destroy(), SILENCE_MS)
  const cancel = () => clearTimeout(timer)
  socket.once('close', cancel)
  return { heard: () => void timer.refresh(), cancel }
}
