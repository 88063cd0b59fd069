/**
 * Sends requests of buyers as a browser would: to one edge, and to another one when it takes no connection.
 *
 * Read beside: buyer.ts, bench/slow-relay.ts
 * Touches the world: HTTP to the edges.
 */
import { Agent, request } from 'undici'
import { siteOf } from '#shared/applications.ts'
import type { BuyerRequest, Send } from './buyer.ts'

export interface EdgeSender {
  readonly send: Send
  close(): Promise<void>
}

/** @param edges `http://127.20.0.20:8080` … @param timeout milliseconds without an answer */
export function throughEdges(edges: readonly string[], timeout = 8_000): EdgeSender {
  const dispatcher = new Agent({
    connect: { timeout: 2_000 },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connections: 512,
    pipelining: 1,
  })
  let next = 0
  const send = async ({ method, path, cookie, key, json }: BuyerRequest) => {
    const edge = edges[next++ % edges.length]
    const { statusCode, body } = await request(`${edge}${path}`, {
      dispatcher,
      method,
      headers: {
        host: siteOf('ingressos'),
        cookie,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await body.text()
    return { status: statusCode, json: text.startsWith('{') ? JSON.parse(text) : undefined }
  }
  return { send, close: () => dispatcher.close() }
}
