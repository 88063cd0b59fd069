/**
 * Slowloris: two thousand clients that send the head or the body slowly, or read slowly, while other clients send requests. Such a
 * connection costs the attacker almost nothing. The edge must end it by a time-out, and must not delay other clients meanwhile.
 *
 * Read beside: ../timeouts.ts, RFC 9112 §9.5
 */
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { until } from '../../test/testing/until.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge, type TestEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { DEFAULT_TIMEOUTS } from '../timeouts.ts'
import { head } from './case.ts'
import { readResponse } from './read-response.ts'

const ATTACKERS = 2_000
/** How often each attacker sends a little more. */
const DRIP_MS = 1_000
const TIMEOUTS = {
  ...DEFAULT_TIMEOUTS,
  head: 2_000,
  body: 2_000,
  bodyIdle: 2_000,
  reader: 2_000,
  linger: 200,
  keepAlive: 2_000,
}
/** Fits into the kernel's buffers; for all attackers together less than the kernel's limit (tcp_mem). */
const LARGE = Buffer.alloc(400_000, 'x')
/** More than the kernel buffers for a client that does not read. */
const HUGE = Buffer.alloc(20_000_000, 'x')
const SERVED = 300
/** Nine of ten others may wait this long, and none longer than that, in milliseconds: all of it happens in this one process. */
const USUAL_MS = 250
const PATIENCE_MS = 5_000

interface Attack {
  readonly name: string
  readonly opening: string
  /** Sent repeatedly. */
  readonly drip: string
  readonly reads: boolean
  /** How many attackers; usually `ATTACKERS`. */
  readonly count?: number
  /** The response that each attacker gets in the end; undefined when it does not read. */
  readonly verdict: RegExp | undefined
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'a slow head',
    opening: 'GET /x HTTP/1.1\r\nHost: a\r\n',
    drip: 'X: 1\r\n',
    reads: true,
    verdict: /^HTTP\/1\.1 408 /,
  },
  {
    name: 'a slow body',
    opening: head('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 1000'),
    drip: 'x',
    reads: true,
    verdict: /^HTTP\/1\.1 408 /,
  },
  {
    name: 'a slow chunked body',
    opening: head('POST /x HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'),
    drip: '1\r\nx\r\n',
    reads: true,
    verdict: /^HTTP\/1\.1 408 /,
  },
  {
    name: 'a slow reader',
    opening: head('GET /large HTTP/1.1', 'Host: a'),
    drip: '',
    reads: false,
    verdict: undefined,
  },
  {
    name: 'five hundred requests at once and no reading',
    opening: head('GET /healthz HTTP/1.1', 'Host: a').repeat(250) + head('GET /x HTTP/1.1', 'Host: a').repeat(250),
    drip: '',
    reads: false,
    count: 100,
    verdict: undefined,
  },
  {
    name: 'a slow reader of more than the kernel buffers',
    opening: head('GET /huge HTTP/1.1', 'Host: a'),
    drip: '',
    reads: false,
    count: 50,
    verdict: undefined,
  },
]

for (const attack of ATTACKS) {
  const { count = ATTACKERS } = attack
  t.test(`${count} connections with ${attack.name} do not delay other clients, and end`, async t => {
    const backend = await httpBackend('backend1', (request, response) => {
      request.resume().on('error', () => {})
      if (request.url === '/large') response.end(LARGE)
      else if (request.url === '/huge') response.end(HUGE)
      else request.on('end', () => response.end('ok'))
    })
    const opened = await openEdge(t, [backend], { timeouts: TIMEOUTS })
    const { port } = opened
    const before = process.memoryUsage().rss
    const attackers = await begin(port, attack)
    const dripping = setInterval(() => {
      for (const { socket } of attackers) if (attack.drip !== '' && !socket.destroyed) socket.write(attack.drip)
    }, DRIP_MS)
    const times = await serve(t, port)
    const grown = (process.memoryUsage().rss - before) / 1e6
    t.comment(
      `${opened.edge.connections} connections; others wait ${times.at(SERVED >> 1)?.toFixed(1)} ms (median), ${times.at(-1)?.toFixed(1)} ms at most; +${grown.toFixed(0)} MB with both ends in this process`,
    )
    t.ok((times.at(SERVED * 0.9) ?? Number.NaN) < USUAL_MS)
    t.ok((times.at(-1) ?? Number.NaN) < PATIENCE_MS)
    await allGone(opened)
    clearInterval(dripping)
    const { verdict } = attack
    if (verdict)
      t.equal(
        attackers.filter(({ received }) => verdict.test(received())).length,
        count,
        'each attacker gets this response',
      )
    for (const { socket } of attackers) socket.destroy()
  })
}

/** Opens all connections, a hundred at a time, and sends the opening octets on each. */
async function begin(port: number, { opening, reads, count = ATTACKERS }: Attack) {
  const attackers: { socket: Socket; received: () => string }[] = []
  for (let opened = 0; opened < count; opened += 100) {
    const hundred = Array.from({ length: Math.min(100, count) }, async () => {
      const socket = connect({ port, host: '127.0.0.1' })
      let received = ''
      socket.on('error', () => socket.destroy())
      if (reads) socket.on('data', piece => (received += piece.toString('latin1')))
      else socket.pause()
      await new Promise<void>(connected => socket.once('connect', connected))
      socket.write(opening)
      attackers.push({ socket, received: () => received })
    })
    await Promise.all(hundred)
  }
  return attackers
}

/** Sends requests of other clients, one after the other, each on a new connection. @returns their times in milliseconds, sorted */
async function serve(t: Test, port: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < SERVED; i++) {
    const begun = performance.now()
    const client = await RawClient.connect(port)
    client.send(head('GET /x HTTP/1.1', 'Host: a'))
    await client.until(received => readResponse(received, 'GET', false)?.complete === true)
    if (readResponse(client.received, 'GET', false)?.status !== 200) t.fail(client.received)
    times.push(performance.now() - begun)
    client.destroy()
  }
  return times.toSorted((a, b) => a - b)
}

async function allGone({ edge, cluster }: TestEdge): Promise<void> {
  await until('every connection of an attacker is closed', () => edge.connections === 0)
  await until('no request is open at the backend', () => cluster.backends[0]?.active === 0)
}
