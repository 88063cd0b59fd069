/**
 * What crosses the wire, counted by the kernel of each host: TC and then TCP, one query for each TTL, no password in an answer or on the way to the
 * databases, FIN and RST as docs/decisions.md has them; and a host that is slow because its packets are delayed.
 */

import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { hostNamed, WWW, ZONE } from '#shared/network-map.ts'
import { StubResolver } from '../../client/resolver/stub-resolver.ts'
import { WebClient } from '../../client/web-client.ts'
import { inNamespace } from '../testing/namespace.ts'
import { until } from '../testing/until.ts'
import { BRIDGE_MAP } from './bridge.ts'
import { containing, countPackets, countsOf, queryFor, TRUNCATED, tcpFlag } from './counters.ts'
import { breakHost, whyNoFaults } from './host-faults.ts'
import { LabOnBridge } from './lab-on-bridge.ts'

const LEFT_OUT = ['painel', 'socks', 'ns2', 'frontend2', 'frontend3', 'backend2', 'backend3']
const ns1 = hostNamed(BRIDGE_MAP, 'ns1')
const edge = hostNamed(BRIDGE_MAP, 'frontend1')
const PASSWORD = 'bruno-no-laboratorio'

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('the wire', { timeout: 120_000 }, async t => {
      const lab = await LabOnBridge.start({ leftOut: LEFT_OUT, delayable: ['redis'] })
      t.teardown(() => lab.end())
      const client = new WebClient({ servers: [ns1] })
      t.teardown(() => client.close())

      await t.test('an answer that does not fit gets TC, and the resolver asks again over TCP', async t => {
        countPackets('ns1', {
          truncated: { direction: 'out', match: TRUNCATED },
          'tcp-connections': { direction: 'in', match: tcpFlag('SYN', '--dport', '53') },
        })
        const resolver = new Resolver()
        resolver.setServers([ns1.address])
        t.equal((await resolver.resolve4(WWW)).length, 3)
        t.match(countsOf('ns1'), { truncated: 0, 'tcp-connections': 0 }, 'an ordinary answer fits')
        const line = 'um registro longo '.repeat(12)
        const records = Array.from({ length: 12 }, (_, index) => `grande IN TXT "${index} ${line}"\n`)
        appendFileSync(join(lab.folder, 'zones', `db.${ZONE}`), records.join(''))
        const found = () => resolver.resolveTxt(`grande.${ZONE}`).catch(() => [])
        await until('the changed zone is served', async () => (await found()).length === 12)
        const { truncated, 'tcp-connections': connections } = countsOf('ns1')
        t.ok(Number(truncated) > 0 && Number(connections) > 0, `${truncated} truncated, ${connections} connections`)
      })

      await t.test('a caching resolver sends one query for each TTL', async t => {
        const clock = new FakeClock()
        const resolver = new StubResolver({ servers: [ns1], cache: 'ttl', clock, timeoutMs: 30_000 })
        countPackets('ns1', { 'queries-for-www': { direction: 'in', match: queryFor('www', 1) } })
        const sent = () => countsOf('ns1')['queries-for-www']
        for (let round = 0; round < 10; round++) await resolver.addressesOf(WWW)
        t.equal(sent(), 1)
        clock.advance(5_000)
        for (let round = 0; round < 10; round++) await resolver.addressesOf(WWW)
        t.equal(sent(), 2)
      })

      await t.test('no response has a password, and no password goes to Redis or MySQL', async t => {
        countPackets('frontend1', {
          'password-in': { direction: 'in', match: containing(PASSWORD) },
          'password-out': { direction: 'out', match: ['-p', 'tcp', '--sport', '80', ...containing(PASSWORD)] },
          'hash-out': { direction: 'out', match: containing('argon2id') },
          'cookie-out': { direction: 'out', match: containing('sid=') },
        })
        for (const name of ['redis', 'mysql'])
          countPackets(name, {
            'password-in': { direction: 'in', match: containing(PASSWORD) },
            'password-out': { direction: 'out', match: containing(PASSWORD) },
          })
        countPackets('mysql', { 'hash-out': { direction: 'out', match: containing('argon2id') } })
        countPackets('redis', { 'session-in': { direction: 'in', match: containing('session:') } })
        const login = { username: 'bruno', password: PASSWORD }
        t.equal((await client.send(`http://${WWW}/login`, { method: 'POST', json: login })).status, 200)
        t.equal((await client.send(`http://${WWW}/perfil`)).status, 200)
        const sid = client.cookieFor(WWW)?.replace(/^sid=/, '') ?? ''
        t.ok(sid.length > 10)
        countPackets('redis', { 'cookie-in': { direction: 'in', match: containing(sid) } })
        t.equal((await client.send(`http://${WWW}/perfil`)).status, 200)

        const at = { edge: countsOf('frontend1'), redis: countsOf('redis'), mysql: countsOf('mysql') }
        t.match(at.edge, { 'password-out': 0, 'hash-out': 0 })
        t.match(
          at.redis,
          { 'password-in': 0, 'password-out': 0, 'cookie-in': 0 },
          'Redis has only the hash of a session id',
        )
        t.match(at.mysql, { 'password-in': 0, 'password-out': 0 })
        // Without TLS, all of this can be read on the wire: the counters do count.
        for (const seen of [
          at.edge['password-in'],
          at.edge['cookie-out'],
          at.mysql['hash-out'],
          at.redis['session-in'],
        ])
          t.ok(Number(seen) > 0)
      })

      await t.test('Redis is slow by 50 ms in each direction: requests wait for it, and nothing fails', async t => {
        const redisMs = async () => {
          const { status, headers } = await client.send(`http://${WWW}/perfil`)
          t.equal(status, 200)
          return Number(/redis;dur=([\d.]+)/.exec(String(headers['server-timing']))?.[1])
        }
        await lab.delay('redis', 50)
        t.ok((await redisMs()) > 95, 'a round trip takes 100 ms')
        await lab.delay('redis', 0)
        await until('Redis is as fast as before', async () => (await redisMs()) < 95)
      })

      await t.test('a response that is complete ends with FIN', async t => {
        countPackets('frontend1', {
          'fin-out': { direction: 'out', match: tcpFlag('FIN', '--sport', '80') },
          'rst-out': { direction: 'out', match: tcpFlag('RST', '--sport', '80') },
        })
        const request = get({ host: edge.address, path: '/', agent: false })
        const [response] = await once(request, 'response')
        response.resume()
        await once(response, 'end')
        await until('FIN', () => Number(countsOf('frontend1')['fin-out']) > 0)
        t.equal(countsOf('frontend1')['rst-out'], 0)
      })

      await t.test(
        'a response that is shorter than its Content-Length ends with FIN: its length shows that it is incomplete',
        async t => {
          // The backend's octets come slowly; after the first ones its connections are reset.
          breakHost('backend1', { kind: 'slow', kilobitsPerSecond: 32 })
          const before = Number(countsOf('frontend1')['fin-out'])
          const request = get({ host: edge.address, path: '/openapi.json', agent: false })
          const [response] = await once(request, 'response')
          let octets = 0
          response.on('data', (piece: Buffer) => {
            octets += piece.length
          })
          await once(response, 'data')
          breakHost('backend1', { kind: 'refuse' })
          await once(response, 'error')
          t.equal(response.complete, false)
          t.ok(octets < Number(response.headers['content-length']), `${octets} octets`)
          const { 'fin-out': after, 'rst-out': resets } = countsOf('frontend1')
          t.ok(Number(after) > before)
          t.equal(resets, 0)
        },
      )

      await t.test('a host whose program was killed refuses a connection with RST', async t => {
        const before = Number(countsOf('frontend1')['rst-out'])
        await lab.kill('frontend1')
        const [error] = await once(connect(edge.port, edge.address), 'error')
        t.equal(error.code, 'ECONNREFUSED')
        t.ok(Number(countsOf('frontend1')['rst-out']) > before)
      })
    })
  },
  whyNoFaults(),
  'none',
)
