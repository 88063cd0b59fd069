/**
 * The proxy as a process, beside a real DNS server process, used by curl as a browser would use it: by name.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { ADMIN_PORT, hostNamed, networkMap, prefixOf, WWW, ZONE } from '#shared/network-map.ts'
import { withProgram } from '../../dns-server/testing/installed.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'
import { site } from '../testing/site.ts'
import { readConfig } from './config.ts'

const map = networkMap(prefixOf(site(0)), 'high')
const { address, port } = hostNamed(map, 'socks')
const frontend1 = hostNamed(map, 'frontend1')

function start(t: Test, program: string, env: Record<string, string>): Spawned {
  return new Spawned(t, [process.execPath, program], { env: { LAB_PORTS: 'high', ...env } })
}

const curl = (url: string, proxy = `${address}:${port}`) =>
  promisify(execFile)('curl', ['-sS', '--max-time', '20', '--noproxy', '', '--socks5-hostname', proxy, url])

t.test('the SOCKS5 proxy takes curl to the lab by name, and nowhere else', withProgram('curl'), async t => {
  const zones = t.testdir({
    [`db.${ZONE}`]: `$TTL 5\n@ IN SOA ns1 hostmaster 1 60 15 86400 30\n@ IN NS ns1\nns1 IN A ${site(5)}\nwww IN A ${site(20)}\n`,
  })
  const dns = start(t, 'dns-server/main.ts', { ADDRESS: site(5), ZONES: zones, HEALTH: '0' })
  const site1 = createServer((request, response) => response.end(`hello from ${request.headers.host}`))
  site1.listen(frontend1.port, frontend1.address)
  await once(site1, 'listening')
  t.teardown(() => site1.close())
  const taken = createTcpServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port: takenPort } = taken.address() as { port: number }
  const proxy = start(t, 'client/socks/main.ts', { ADDRESS: address, ALSO_LISTEN: `127.0.0.1:${takenPort}` })
  await proxy.says(/not listening .*EADDRINUSE/)
  await proxy.says(/ listening places=/)
  await dns.says(/ listening /)

  t.equal((await curl(`http://${WWW}/`)).stdout, `hello from ${WWW}`, 'port 80 is 8080 where the lab may not bind 80')
  t.equal((await curl(`http://${frontend1.address}:8080/`)).stdout, `hello from ${frontend1.address}:8080`)
  await t.rejects(curl('http://example.com/'), { message: /SOCKS5.*\(2\)/ })
  await t.rejects(curl(`http://no.${ZONE}/`), { message: /SOCKS5.*\(4\)/ })

  const admin = async (path: string) => (await fetch(`http://${address}:${ADMIN_PORT}${path}`)).text()
  t.match(JSON.parse(await admin('/status')), { name: 'socks', listening: [`${address}:${port}`], open: false })
  await until('the connections are counted', async () => (await admin('/metrics')).includes('socks_connections 0'))
  const metrics = await admin('/metrics')
  for (const line of ['{reply="succeeded"} 2', '{reply="notAllowed"} 1', '{reply="hostUnreachable"} 1'])
    t.ok(metrics.includes(`socks_requests_total${line}`), line)
  proxy.process.kill('SIGTERM')
  t.strictSame(await proxy.ended, { code: 0, signal: null })
})

t.test('readConfig() reads the second place and SOCKS_OPEN, and names what it cannot use', async t => {
  const env = { ADDRESS: '127.20.0.8' }
  t.match(readConfig(env), { host: { name: 'socks', port: 1080 }, also: undefined, open: false })
  t.match(readConfig({ ...env, ALSO_LISTEN: '127.0.0.1:1080', SOCKS_OPEN: '1' }), {
    also: { address: '127.0.0.1', port: 1080 },
    open: true,
  })
  for (const wrong of ['1080', 'localhost:1080', '127.0.0.1:0', '127.0.0.1:70000', '256.0.0.1:1080'])
    t.throws(
      () => readConfig({ ...env, ALSO_LISTEN: wrong }),
      { name: 'SettingError', message: /^ALSO_LISTEN=/ },
      wrong,
    )
  t.throws(() => readConfig({ ADDRESS: '127.20.0.5' }), { name: 'SettingError' })
})
