/**
 * Each kind of fault at a program on the toolkit, on real sockets.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Events, type LabEvent } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { RouteFaults } from './faults.ts'
import { json } from './reply.ts'
import { Router } from './router.ts'
import { createHttpServer } from './server.ts'

const ADDRESS = `${loopbackPrefix()}.10`
const PORT = 3000

async function start(t: Test) {
  const clock = new FakeClock()
  const events = new Events('backend1')
  const log = createLog('test')
  const faults = new RouteFaults({ allowed: true, clock, events, log })
  const http = createHttpServer({
    name: 'backend1',
    router: new Router([{ method: 'GET', path: '/ok', handle: () => json(200, { text: 'complete' }) }]),
    trusted: () => true,
    clock,
    events,
    log,
    observe: () => {},
    draining: () => false,
    errorPage: () => '',
    faults,
  })
  faults.closePortOf(http)
  http.listen(PORT, ADDRESS)
  await once(http, 'listening')
  const seen: LabEvent[] = []
  t.teardown(events.watch(event => seen.push(event)))
  t.teardown(async () => {
    faults.clear()
    http.closeAllConnections()
    await new Promise(closed => http.close(closed))
  })
  const cause = (body: unknown) => faults.routes['POST /faults']?.(body)
  return { clock, http, faults, cause, seen }
}

interface SeenByClient {
  text: string
  /** How the connection ended; undefined while it is open. */
  ending?: string
}

function send(t: Test, fields = ''): { readonly socket: Socket; readonly received: SeenByClient } {
  const received: SeenByClient = { text: '' }
  const socket = connect(PORT, ADDRESS)
  socket.setEncoding('latin1')
  socket.on('data', piece => (received.text += piece))
  socket.on('error', error => (received.ending = (error as NodeJS.ErrnoException).code ?? ''))
  socket.on('close', () => (received.ending ??= 'closed'))
  socket.write(`GET /ok?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`)
  t.teardown(() => socket.destroy())
  return { socket, received }
}

async function exchange(t: Test, fields?: string): Promise<SeenByClient> {
  const { socket, received } = send(t, fields)
  await new Promise(closed => socket.once('close', closed))
  return received
}

t.test('each kind of fault, as a client sees it', async t => {
  const { faults, cause, seen } = await start(t)
  const rows: [fault: object, text: RegExp, ending: string][] = [
    [{ kind: 'error', status: 418 }, /^HTTP\/1\.1 418 .*caused on purpose/s, 'closed'],
    [{ kind: 'error' }, /^HTTP\/1\.1 503 /, 'closed'],
    [{ kind: 'reset' }, /^$/, 'ECONNRESET'],
    [{ kind: 'reset', octets: 12 }, /^HTTP\/1\.1 200$/, 'ECONNRESET'],
    [{ kind: 'drop' }, /^$/, 'closed'],
    [{ kind: 'refuse' }, /^$/, 'ECONNREFUSED'],
    [{ kind: 'error', path: '/other' }, /"complete"/, 'closed'],
    [{ kind: 'error', path: '/o*', status: 500 }, /^HTTP\/1\.1 500 /, 'closed'],
    [{ kind: 'error', client: '127.9.9.9' }, /"complete"/, 'closed'],
  ]
  for (const [fault, text, ending] of rows) {
    const name = JSON.stringify(fault)
    await cause(fault)
    const received = await exchange(t)
    t.match(received.text, text, name)
    t.equal(received.ending, ending, name)
    await cause({ kind: 'none' })
    t.match((await exchange(t)).text, /"complete"/, `after ${name}`)
  }
  t.notOk(faults.inForce)
  t.match(
    seen.find(({ kind }) => kind === 'backend.fault'),
    { detail: { target: '/ok', fault: { kind: 'error', status: 418 } } },
  )
  t.match(
    seen.find(({ kind }) => kind === 'backend.request'),
    { detail: { status: 418 } },
    'a response that a fault has caused is reported like any other',
  )
})

t.test('a fault for a client compares the forwarded address, and that of the connection', async t => {
  const { cause } = await start(t)
  await cause({ kind: 'error', client: '198.51.100.7' })
  t.match((await exchange(t)).text, /"complete"/)
  t.match((await exchange(t, 'X-Forwarded-For: 198.51.100.7\r\n')).text, /^HTTP\/1\.1 503/)
  await cause({ kind: 'none' })
  await cause({ kind: 'error', client: ADDRESS })
  t.match((await exchange(t, 'X-Forwarded-For: 198.51.100.7\r\n')).text, /"complete"/)
})

t.test('slow: the answer comes when the time has passed, and no earlier', async t => {
  const { clock, cause, seen } = await start(t)
  await cause({ kind: 'slow', ms: 800 })
  const { socket, received } = send(t)
  await untilMet(seen)
  clock.advance(799)
  // An answer of another connection shows that this one would have been sent by now.
  await cause({ kind: 'none' })
  t.match((await exchange(t)).text, /"complete"/)
  t.equal(received.text, '')
  clock.advance(1)
  await once(socket, 'close')
  t.match(received.text, /"complete"/)
})

t.test('hang: the request is never answered, and its connection is closed when the fault ends', async t => {
  const { cause, seen } = await start(t)
  await cause({ kind: 'hang', path: '/ok' })
  const { socket, received } = send(t)
  await untilMet(seen)
  t.strictSame(received, { text: '' })
  await cause({ kind: 'none' })
  await once(socket, 'close')
  t.equal(received.text, '')
})

t.test('refuse: open connections are closed too, and the same port is opened again', async t => {
  const { cause, http } = await start(t)
  const open = connect(PORT, ADDRESS)
  await once(http, 'connection')
  await cause({ kind: 'refuse', seconds: 60 })
  t.notOk(http.listening)
  await once(open.resume(), 'close')
  await cause({ kind: 'none' })
  t.match((await exchange(t)).text, /"complete"/)
})

t.test('crash: the process ends as after kill -9; POST /faults is there only with LAB_FAULTS=1', async t => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const address = `${loopbackPrefix()}.11`
  const startProgram = async (env: Record<string, string>) => {
    const program = new Spawned(t, [process.execPath, main], { env: { ADDRESS: address, SESSIONS: 'memory', ...env } })
    await program.says(/listening/)
    return program
  }
  const admin = `http://${address}:9100`
  const post = (body: object) =>
    fetch(`${admin}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const refusing = await startProgram({ LAB_FAULTS: '0' })
  const refused = await post({ kind: 'crash' })
  t.match([refused.status, await refused.json()], [403, { detail: /LAB_FAULTS=0/ }])
  refusing.process.kill('SIGKILL')
  await refusing.ended

  const program = await startProgram({ LAB_FAULTS: '1' })
  t.equal((await post({ kind: 'explode' })).status, 400)
  t.equal((await post({ kind: 'crash', path: '/livez' })).status, 200)
  t.match(await (await fetch(`${admin}/status`)).json(), { faults: [{ kind: 'crash', path: '/livez', share: 1 }] })
  t.equal((await fetch(`http://${address}:3000/healthz`)).status, 200)
  await t.rejects(fetch(`http://${address}:3000/livez`))
  t.strictSame(await program.ended, { code: null, signal: 'SIGKILL' })
})

async function untilMet(seen: readonly LabEvent[]): Promise<void> {
  while (!seen.some(({ kind }) => kind === 'backend.fault')) await new Promise(resolve => setImmediate(resolve))
}
