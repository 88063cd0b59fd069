/**
 * Sends one case of the corpus through a proxy, and writes down what became of it on both sides.
 *
 * Read beside: case.ts, recorder.ts (the other side), judge.ts (who compares)
 * Touches the world: one TCP connection.
 */
import { setImmediate } from 'node:timers/promises'
import { RawClient } from '../testing/raw-client.ts'
import type { Case } from './case.ts'
import { PROBE, type Recorded, type Recorder } from './recorder.ts'

export interface Outcome {
  /** The address that was asked. */
  readonly proxy: string
  /** All octets that came back before the probe was answered. */
  readonly received: string
  /** The status of each answer, in order, without interim ones. */
  readonly statuses: readonly number[]
  /** Whether the connection was good for another request afterwards. */
  readonly open: boolean
  /** Whether it was closed: neither this nor `open` means that the proxy waited for more. */
  readonly closed: boolean
  readonly arrived: readonly Recorded[]
}

export interface Manner {
  /** How long an answer may take, in milliseconds. */
  readonly patience: number
  /** One write per octet instead of one for all. */
  readonly octetwise?: boolean
}

const NEXT = `GET ${PROBE} HTTP/1.1\r\nHost: probe\r\n\r\n`

export async function observe(
  { send, want }: Case,
  proxy: { readonly address: string; readonly port: number },
  recorder: Recorder,
  { patience, octetwise = false }: Manner,
): Promise<Outcome> {
  recorder.take()
  const client = await RawClient.connect(proxy.port, proxy.address)
  for (const piece of octetwise ? send : [send]) {
    client.send(piece)
    if (octetwise) await setImmediate()
  }
  const expected = 'refused' in want ? 1 : want.answers.length
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
