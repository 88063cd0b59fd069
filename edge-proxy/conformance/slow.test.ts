/**
 * Slowloris: two thousand clients that send the head or the body slowly, or read slowly, while other clients send requests. Such a
 * connection costs the attacker almost nothing. The edge must end it by a time-out, and must serve other clients meanwhile.
 *
 * The edge's clock is stopped while the others are served: what they get does not depend on an attacker's time-out, nor on how busy
 * this machine is. Then the clock moves, and every time-out comes.
 *
 * Read beside: ../timeouts.ts, RFC 9112 §9.5
 */
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { until } from '../../test/testing/until.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge, type TestEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import { readResponse } from './read-response.ts'

const ATTACKERS = 2_000
/** How far the clock of the edge moves at each step; an attacker sends a little more before each one. */
const STEP_MS = 250
const TIMEOUTS = {
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
/** Without the response by then, the test fails; on a busy machine, two thousand connections take a while. */

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
  t.test(`${count} connections with ${attack.name} leave other clients served, and end`, async t => {
    const backend = await httpBackend('backend1', (request, response) => {
      request.resume().on('error', () => {})
      if (request.url === '/large') response.end(LARGE)
      else if (request.url === '/huge') response.end(HUGE)
      else request.on('end', () => response.end('ok'))
    })
    const clock = new FakeClock()
    const opened = await openEdge(t, [backend], { timeouts: TIMEOUTS, clock })
    const { port } = opened
    const before = process.memoryUsage().rss
    const attackers = await begin(port, attack)
    const drip = () => {
      for (const { socket } of attackers) if (attack.drip !== '' && !socket.destroyed) socket.write(attack.drip)
    }
    drip()
    await serve(t, port)
    t.ok(opened.edge.connections >= count, 'while every attacker is connected')
    const grown = (process.memoryUsage().rss - before) / 1e6
    t.comment(`${opened.edge.connections} connections; +${grown.toFixed(0)} MB with both ends in this process`)
    await allGone(opened, () => {
      drip()
      clock.advance(STEP_MS)
    })
    const { verdict } = attack
    if (verdict)
      await until('each attacker has its response', () => attackers.every(({ received }) => verdict.test(received())))
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

/** Sends requests of other clients, one after the other, each on a new connection. */
async function serve(t: Test, port: number): Promise<void> {
  for (let i = 0; i < SERVED; i++) {
    const client = await RawClient.connect(port)
    client.send(head('GET /x HTTP/1.1', 'Host: a'))
    await client.settles(received => readResponse(received, 'GET', false)?.complete === true)
    if (readResponse(client.received, 'GET', false)?.status !== 200) t.fail(client.received)
    client.destroy()
  }
}

async function allGone({ edge, cluster }: TestEdge, step: () => void): Promise<void> {
  await until('every connection of an attacker is closed', () => {
    step()
    return edge.connections === 0
  })
  await until('no request is open at the backend', () => cluster.backends[0]?.active === 0)
}
