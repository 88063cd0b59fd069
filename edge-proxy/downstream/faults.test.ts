/**
 * Each kind of fault at the edge, on real sockets.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Events, type LabEvent } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { EdgeFaults } from './faults.ts'

const ADDRESS = `${loopbackPrefix()}.20`

async function start(t: Test) {
  const clock = new FakeClock()
  const events = new Events('frontend1')
  const log = createLog('test')
  const faults = new EdgeFaults({ allowed: true, clock, events, log })
  const backend = await httpBackend('backend1', (_, response) => response.end('complete'))
  const { edge, port } = await openEdge(t, [backend], { clock, events, log, faults, address: ADDRESS })
  faults.closePortsOf(edge)
  const seen: LabEvent[] = []
  t.teardown(events.watch(event => seen.push(event)))
  t.teardown(() => faults.clear())
  return { clock, edge, port, seen, cause: (body: unknown) => faults.routes['POST /faults']?.(body) }
}

interface SeenByBrowser {
  text: string
  /** How the connection ended; undefined while it is open. */
  ending?: string
}

function send(t: Test, port: number, request: string): { readonly socket: Socket; readonly seen: SeenByBrowser } {
  const seen: SeenByBrowser = { text: '' }
  const socket = connect(port, ADDRESS)
  socket.setEncoding('latin1')
  socket.on('data', piece => (seen.text += piece))
  socket.on('error', error => (seen.ending = (error as NodeJS.ErrnoException).code ?? ''))
  socket.on('close', () => (seen.ending ??= 'closed'))
  socket.write(request)
  t.teardown(() => socket.destroy())
  return { socket, seen }
}

const GET = 'GET /ok?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const POST = 'POST /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody'

async function exchange(t: Test, port: number, request = GET): Promise<SeenByBrowser> {
  const { socket, seen } = send(t, port, request)
  await new Promise(closed => socket.once('close', closed))
  return seen
}

t.test('each kind of fault, as a browser sees it', async t => {
  const { port, cause, seen } = await start(t)
  const rows: [fault: object, text: RegExp, ending: string][] = [
    [{ kind: 'error', status: 418 }, /^HTTP\/1\.1 418 .*caused on purpose/s, 'closed'],
    [{ kind: 'error' }, /^HTTP\/1\.1 503 .*X-Served-By: frontend1\r\n/s, 'closed'],
    [{ kind: 'reset' }, /^$/, 'ECONNRESET'],
    [{ kind: 'reset', octets: 12 }, /^HTTP\/1\.1 200$/, 'ECONNRESET'],
    [{ kind: 'drop' }, /^$/, 'closed'],
    [{ kind: 'refuse' }, /^$/, 'ECONNREFUSED'],
    [{ kind: 'error', path: '/other' }, /complete$/, 'closed'],
    [{ kind: 'error', path: '/o*', status: 500 }, /^HTTP\/1\.1 500 /, 'closed'],
    [{ kind: 'error', client: '127.9.9.9' }, /complete$/, 'closed'],
  ]
  for (const [fault, text, ending] of rows) {
    for (const request of [GET, POST]) {
      const name = `${request.slice(0, 4)} ${JSON.stringify(fault)}`
      await cause(fault)
      const received = await exchange(t, port, request)
      t.match(received.text, text, name)
      t.equal(received.ending, ending, name)
      await cause({ kind: 'none' })
      t.match((await exchange(t, port)).text, /complete$/, `after ${name}`)
    }
  }
  t.match(
    seen.find(({ kind }) => kind === 'edge.fault'),
    { detail: { client: /^127\./, target: '/ok', fault: { kind: 'error', status: 418 } } },
  )
  t.match(
    seen.find(({ kind }) => kind === 'edge.local'),
    { detail: { status: 418 } },
    'a response that a fault has caused is reported like any other of the edge',
  )
})

t.test('slow: the answer comes when the time has passed, and no earlier', async t => {
  const { clock, port, cause, seen } = await start(t)
  for (const request of [GET, POST]) {
    await cause({ kind: 'slow', ms: 800 })
    seen.length = 0
    const slow = send(t, port, request)
    await untilMet(seen)
    clock.advance(799)
    await cause({ kind: 'none' })
    t.match((await exchange(t, port)).text, /complete$/)
    t.strictSame(slow.seen, { text: '' })
    clock.advance(1)
    await once(slow.socket, 'close')
    t.match(slow.seen.text, /complete$/)
  }
})

t.test('slow: a request that is refused after the time has passed does not end the edge', async t => {
  const { clock, port, cause, seen } = await start(t)
  await cause({ kind: 'slow', ms: 800 })
  const slow = send(t, port, 'OPTIONS /ok HTTP/1.1\r\nHost: x\r\nMax-Forwards: many\r\n\r\n')
  await untilMet(seen)
  clock.advance(800)
  await once(slow.socket, 'end')
  t.match(slow.seen.text, /^HTTP\/1\.1 400 .*Max-Forwards/s)
  await cause({ kind: 'none' })
  t.match((await exchange(t, port)).text, /complete$/)
})

t.test('hang: never answered; the connection closes when the client gives up, or when the fault ends', async t => {
  const { edge, port, cause, seen } = await start(t)
  await cause({ kind: 'hang' })
  const impatient = send(t, port, GET)
  await untilMet(seen)
  impatient.socket.end()
  await new Promise(closed => impatient.socket.once('close', closed))
  t.equal(impatient.seen.text, '')
  seen.length = 0
  const patient = send(t, port, POST)
  await untilMet(seen)
  t.strictSame(patient.seen, { text: '' })
  await cause({ kind: 'none' })
  await new Promise(closed => patient.socket.once('close', closed))
  t.equal(patient.seen.text, '')
  while (edge.connections > 0) await new Promise(resolve => setImmediate(resolve))
})

t.test('refuse: open connections are cut too, and the same port is opened again', async t => {
  const { clock, edge, port, cause } = await start(t)
  const open = connect(port, ADDRESS)
  await once(open, 'connect')
  while (edge.connections === 0) await new Promise(resolve => setImmediate(resolve))
  const cut = once(open, 'error')
  await cause({ kind: 'refuse', seconds: 60 })
  t.match(await cut, [{ code: 'ECONNRESET' }])
  t.equal((await exchange(t, port)).ending, 'ECONNREFUSED')
  clock.advance(60_000)
  let received: SeenByBrowser
  do received = await exchange(t, port)
  while (received.ending === 'ECONNREFUSED')
  t.match(received.text, /complete$/)
})

t.test('refuse: a port that another program has taken can be opened again later', async t => {
  const { port, cause } = await start(t)
  await cause({ kind: 'refuse' })
  const other = createServer().listen(port, ADDRESS)
  await once(other, 'listening')
  await t.rejects(Promise.resolve(cause({ kind: 'none' })), { code: 'EADDRINUSE' })
  other.close()
  await once(other, 'close')
  await cause({ kind: 'refuse' })
  await cause({ kind: 'none' })
  t.match((await exchange(t, port)).text, /complete$/)
})

t.test('crash: the process ends as after kill -9, with the first request that meets the fault', async t => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const env = { ADDRESS, LAB_PORTS: 'high', LAB_FAULTS: '1' }
  const program = new Spawned(t, [process.execPath, main], { env })
  await program.says(/listening/)
  const admin = `http://${ADDRESS}:9100`
  const posted = await fetch(`${admin}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"kind":"crash","path":"/bang"}',
  })
  t.equal(posted.status, 200)
  t.match(await (await fetch(`${admin}/status`)).json(), { faults: [{ kind: 'crash', path: '/bang' }] })
  t.equal((await fetch(`http://${ADDRESS}:8080/healthz`)).status, 200)
  await t.rejects(fetch(`http://${ADDRESS}:8080/bang`))
  t.strictSame(await program.ended, { code: null, signal: 'SIGKILL' })
})

async function untilMet(seen: readonly LabEvent[]): Promise<void> {
  while (!seen.some(({ kind }) => kind === 'edge.fault')) await new Promise(resolve => setImmediate(resolve))
}
