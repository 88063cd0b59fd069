/**
 * The program as a process: settings, start without databases, admin endpoint, end.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import { Spawned } from '../test/testing/spawned.ts'
import { Browser } from './testing/browser.ts'
import { prefix, startServers } from './testing/servers.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const start = (t: Test, env: Record<string, string>) => new Spawned(t, [process.execPath, MAIN], { env })

t.test('an invalid setting ends it with one sentence and exit code 1', async t => {
  const bad: [env: Record<string, string>, sentence: RegExp][] = [
    [{ ADDRESS: '' }, /ADDRESS=.*an IPv4 address is needed/],
    [{ ADDRESS: `${prefix}.20` }, /an address of a backend on the map is needed: .*\.10/],
    [{ ADDRESS: `${prefix}.10`, MYSQL_URL: 'mysql://lab:secret@h' }, /MYSQL_URL=.*the name of a database is missing/],
    [{ ADDRESS: `${prefix}.10`, REDIS_URL: 'here' }, /REDIS_URL=.*redis:\/\/host:port, redis-sentinel/],
    [{ ADDRESS: `${prefix}.10`, SESSIONS: 'disk' }, /SESSIONS=.*one of redis, memory is needed/],
  ]
  for (const [env, sentence] of bad) {
    const backend = start(t, env)
    t.equal((await backend.ended).code, 1)
    t.match(backend.output, sentence)
    t.notMatch(backend.output, / at .*\.ts:\d+/, 'a sentence, not a stack')
    t.notMatch(backend.output, 'secret')
  }
})

t.test('it starts without databases; a port in use gets one sentence, too', async t => {
  const first = start(t, { ADDRESS: `${prefix}.10` })
  await first.says(/listening/)
  const second = start(t, { ADDRESS: `${prefix}.10` })
  t.equal((await second.ended).code, 1)
  t.match(second.output, /EADDRINUSE/)
  t.notMatch(second.output, / at .*\.ts:\d+/)
})

t.test('with its databases', async t => {
  await startServers(t)
  const url = `http://${prefix}.11:3000`
  const backend = start(t, { ADDRESS: `${prefix}.11`, SERVER_NAME: 'Servidor Dois' })
  await backend.says(/listening/)

  t.test('the admin endpoint has status, metrics and events', async t => {
    const admin = `http://${prefix}.11:9100`
    const ana = new Browser()
    const events = (await request(`${admin}/events?request=watched-1`)).body
    const streamed = (async () => {
      let text = ''
      for await (const chunk of events) {
        text += chunk
        if (text.includes('event: backend.request')) return text
      }
      return text
    })()
    await ana.ask({ url }, '/login', {
      json: { username: 'ana', password: 'ana-no-laboratorio' },
      headers: { 'x-request-id': 'watched-1' },
    })
    t.match(await streamed, /event: backend\.redis[\s\S]*event: backend\.mysql[\s\S]*event: backend\.request/)
    t.match((await ana.ask({ url: admin }, '/status')).json, {
      component: 'backend2',
      server: 'Servidor Dois',
      hashing: { running: 0 },
    })
    const metrics = (await ana.ask({ url: admin }, '/metrics')).text
    t.match(metrics, /^backend_requests_total\{route="\/login",method="POST",status="200"\} 1$/m)
    t.match(metrics, /^backend_request_seconds_bucket\{le="\+Inf",route="\/login",method="POST"\} 1$/m)
    t.match(metrics, /^backend_dependency_up\{dependency="redis"\} 1$/m)
    t.match(metrics, /^backend_hashes_running 0$/m)
  })

  t.test('SIGTERM: /healthz is 503, requests in progress are completed, and the exit code is 0', async t => {
    const connection = new Agent({ connections: 1 })
    t.equal((await request(`${url}/healthz`, { dispatcher: connection })).statusCode, 200)
    // A login whose body has not arrived completely.
    const body = JSON.stringify({ username: 'ana', password: 'ana-no-laboratorio' })
    const socket = connect(3000, `${prefix}.11`)
    socket.write(
      `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n{`,
    )
    await once(socket, 'connect')

    backend.process.kill('SIGTERM')
    await backend.says(/stopping/)
    const draining = await request(`${url}/healthz`, { dispatcher: connection })
    t.equal(draining.statusCode, 503)
    t.match(await draining.body.json(), { name: 'backend2' })
    t.equal(draining.headers.connection, 'close')
    const late = await request(`${url}/status`)
    t.equal(late.statusCode, 200, 'new requests are still answered')
    t.match(await late.body.json(), { draining: true })

    socket.write(body.slice(1))
    const [answer] = await once(socket.setEncoding('utf8'), 'data')
    t.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close/)
    t.strictSame(await backend.ended, { code: 0, signal: null })
    await connection.close()
  })

  t.test('SIGTERM without any connection ends it', async t => {
    const alone = start(t, { ADDRESS: `${prefix}.12` })
    await alone.says(/listening/)
    alone.process.kill('SIGTERM')
    t.equal((await alone.ended).code, 0)
  })
})
