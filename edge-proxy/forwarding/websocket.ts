/**
 * WebSocket is the only protocol that a connection may switch to. Everything else in Upgrade (h2c …) is ignored, as RFC 9110
 * §7.8 lets a server do, because a proxy cannot check anything that passes through a tunnel.
 *
 * Read beside: RFC 6455 §4.1, §4.2.2 (handshake), RFC 9110 §7.8 (Upgrade), ../upstream/tunnel.ts
 * Pure.
 */
import { hasContent } from '../http1/body-framing.ts'
import { type Field, listOf } from '../http1/fields.ts'
import type { RequestHead } from '../http1/request-head.ts'
import type { ResponseHead } from '../http1/response-head.ts'

function upgradesToWebSocket(fields: readonly Field[]): boolean {
  const protocols = listOf(fields, 'upgrade')
  return protocols.length === 1 && protocols[0] === 'websocket' && listOf(fields, 'connection').includes('upgrade')
}

/** Whether a request is a WebSocket handshake: GET of HTTP/1.1, without content. */
export function asksForWebSocket({ method, minor, body, fields }: RequestHead): boolean {
  return method === 'GET' && minor === 1 && !hasContent(body) && upgradesToWebSocket(fields)
}

/** Whether a 101 switches to WebSocket. */
export function grantsWebSocket(head: ResponseHead): boolean {
  return head.status === 101 && upgradesToWebSocket(head.fields)
}

/** The fields of the handshake, on both sides of the edge. */
export const UPGRADE_LINES = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
