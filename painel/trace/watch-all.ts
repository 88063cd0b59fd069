/**
 * Watches the events of every component at the same time, for one request.
 *
 * Read beside: ../follow/follower.ts (which connects again and again; here one connection each is enough), shared/admin.ts
 * Touches the world: one HTTP connection to the admin endpoint of each component.
 */
import { request } from 'undici'
import type { LabEvent } from '#shared/events.ts'
import { ADMIN_PORT, type Host } from '#shared/network-map.ts'
import { EventStream } from '../follow/event-stream.ts'

const CONNECT_MS = 1_000

export interface Watch {
  /** The components that could not be reached: they are switched off, or do not answer. */
  readonly silent: readonly string[]
  close(): void
}

/** Resolves when every component either sends its events or could not be reached: a request made afterwards is seen by all of them. */
export async function watchAll(hosts: readonly Host[], onEvent: (event: LabEvent) => void): Promise<Watch> {
  const abort = new AbortController()
  const reached = await Promise.all(hosts.map(host => watchOne(host, abort.signal, onEvent)))
  return { silent: hosts.filter((_, i) => !reached[i]).map(({ name }) => name), close: () => abort.abort() }
}

/** @returns whether the component sends its events */
async function watchOne({ address }: Host, signal: AbortSignal, onEvent: (event: LabEvent) => void): Promise<boolean> {
  try {
    const url = `http://${address}:${ADMIN_PORT}/events`
    const { statusCode, body } = await request(url, { signal, headersTimeout: CONNECT_MS, bodyTimeout: 0 })
    void readEvents(body.setEncoding('utf8'), onEvent)
    return statusCode === 200
  } catch {
    return false // refused or timed out: the caller says which components were not watched
  }
}

async function readEvents(body: AsyncIterable<string>, onEvent: (event: LabEvent) => void): Promise<void> {
  const stream = new EventStream()
  try {
    for await (const text of body) for (const event of stream.push(text)) onEvent(event)
  } catch {
    // The component ended, or the watch was closed.
  }
}
