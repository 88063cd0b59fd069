/**
 * The tickets API, as the page uses it: requests with the token, and the stream of notices.
 *
 * Read beside: sign-in.js, event-stream.js, apps/reposicao/tickets/routes/
 * Touches the world: makes requests to this site.
 */
import { EventReader } from './event-stream.js'
import { accessToken } from './sign-in.js'

/** Milliseconds until the stream is opened again. */
const PAUSE_MS = 2_000

/** The person has to log in again. */
export class SignedOut extends Error {}

/**
 * @param {string} path
 * @param {{ method?: string, json?: object, headers?: Record<string, string>, signal?: AbortSignal }} [options]
 * @returns {Promise<Response>}
 * @throws {SignedOut}
 */
export async function askTickets(path, { method = 'GET', json, headers = {}, signal } = {}) {
  const token = await accessToken()
  if (token === undefined) throw new SignedOut()
  const response = await fetch(path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (response.status === 401) throw new SignedOut()
  return response
}

/**
 * Follows the notices until the signal: opens the stream again when it ends, after the last event that came.
 *
 * @param {{ path: string, signal: AbortSignal, onEvent: (event: import('./event-stream.js').StreamEvent) => void, onState: (isOpen: boolean) => void }} options
 * @throws {SignedOut}
 */
export async function followNotices({ path, signal, onEvent, onState }) {
  let last = ''
  while (!signal.aborted) {
    try {
      const response = await askTickets(path, { headers: last === '' ? {} : { 'Last-Event-ID': last }, signal })
      if (response.ok && response.body !== null) {
        onState(true)
        const reader = new EventReader()
        for await (const text of pieces(response.body.pipeThrough(new TextDecoderStream()))) {
          for (const event of reader.read(text)) {
            if (event.id !== '') last = event.id
            onEvent(event)
          }
        }
      }
    } catch (error) {
      if (error instanceof SignedOut) throw error // any other error: the connection broke
    }
    onState(false)
    if (!signal.aborted) await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
}

/** @param {ReadableStream<string>} stream */
async function* pieces(stream) {
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
