/**
 * Sends one case of the corpus through a proxy, and records the outcome at the client and at the backend.
 *
 * Read beside: case.ts, recorder.ts (the backend), compare.ts (which compares)
 * Touches the world: one TCP connection.
 */
import { setImmediate } from 'node:timers/promises'
import { RawClient } from '../testing/raw-client.ts'
import type { ConformanceCase } from './case.ts'
import { PROBE, type Recorded, type Recorder } from './recorder.ts'

export interface CaseOutcome {
  /** The address of the proxy. */
  readonly proxy: string
  /** All octets that the client received before the response to the probe. */
  readonly received: string
  /** The status of each final response, in order. */
  readonly statuses: readonly number[]
  /** Whether another request on the same connection was answered afterwards. */
  readonly open: boolean
  /** Whether the connection was closed. If neither this nor `open` is true, the proxy was waiting for more octets. */
  readonly closed: boolean
  readonly arrived: readonly Recorded[]
}

export interface SendOptions {
  /** How long a response may take, in milliseconds. */
  readonly patience: number
  /** One write per octet instead of one for all. */
  readonly octetwise?: boolean
}

const NEXT = `GET ${PROBE} HTTP/1.1\r\nHost: probe\r\n\r\n`

export async function observe(
  { send, want }: ConformanceCase,
  proxy: { readonly address: string; readonly port: number },
  recorder: Recorder,
  { patience, octetwise = false }: SendOptions,
): Promise<CaseOutcome> {
  recorder.take()
  const client = await RawClient.connect(proxy.port, proxy.address)
  for (const piece of octetwise ? send : [send]) {
    client.send(piece)
    if (octetwise) await setImmediate()
  }
  const expected = 'refused' in want ? 1 : want.responses.length
  await client.settles(received => statusesIn(received).length >= expected, patience)
  const statuses = statusesIn(client.received)
  const { received } = client
  if (!client.closed && statuses.length > 0) {
    client.send(NEXT)
    await client.settles(received => statusesIn(received).length > statuses.length, patience)
  }
  const all = statusesIn(client.received)
  const open = all.length === statuses.length + 1 && all.at(-1) === 200
  client.destroy()
  return {
    proxy: proxy.address,
    received,
    statuses: open ? statuses : all,
    open,
    closed: client.closed,
    arrived: recorder.take(),
  }
}

export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.[01] ([2-5]\d\d)/g)].map(([, status]) => Number(status))
}
