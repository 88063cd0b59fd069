/**
 * A backend is stopped (SIGSTOP). A client that has sent it a change closes the connection, and sends another change to the next backend. When the first
 * backend runs again, the old change is in its socket: it must not overwrite the newer one, which was acknowledged.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { isStopped } from '../test/testing/processes.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'
import { startBackend } from './testing/backend.ts'
import { Browser } from './testing/browser.ts'
import { prefix, startServers } from './testing/servers.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

await startServers(t)
const two = await startBackend(t, 2)
const one = new Spawned(t, [process.execPath, MAIN], { env: { ADDRESS: `${prefix}.10` } })
await one.says(/listening/)

t.test('a change is not made after a stall when its client has closed the connection', async t => {
  const ana = new Browser()
  await ana.login(two)
  await until(
    'backend1 is ready',
    async () => (await ana.ask({ url: `http://${prefix}.10:3000` }, '/usuarios/2')).status === 200,
  )

  one.process.kill('SIGSTOP')
  await until('backend1 is stopped', () => isStopped(one.process.pid ?? 0))
  const body = JSON.stringify({ name: 'Old' })
  const fields = `Host: x\r\nCookie: ${ana.cookie}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  const socket = connect(3000, `${prefix}.10`)
  await new Promise(written => socket.write(`PATCH /usuarios/2 HTTP/1.1\r\n${fields}\r\n\r\n${body}`, written))
  socket.destroy()
  await once(socket, 'close')
  const newer = await ana.ask(two, '/usuarios/2', { method: 'PATCH', json: { name: 'New' } })
  t.equal(newer.status, 200)

  one.process.kill('SIGCONT')
  const admin = { url: `http://${prefix}.10:9100` }
  const counted = async () =>
    /^backend_requests_total\{route="\/usuarios\/:id",method="PATCH",status="(\d+)"\} 1$/m.exec(
      (await ana.ask(admin, '/metrics')).text,
    )?.[1]
  await until('backend1 has handled the old change', async () => (await counted()) !== undefined)
  t.equal((await ana.ask(two, '/usuarios/2')).json.name, 'New')
  t.equal(await counted(), '499')
})
