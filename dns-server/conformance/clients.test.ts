/**
 * Real clients, each with its own resolver library, with the real server in a network of their own: round robin, a name that does not
 * exist, and an answer that needs TCP.
 */
import { execFile } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import dns2 from 'dns2'
import t, { type Test } from 'tap'
import { hostNamed } from '#shared/network-map.ts'
import { inNamespace, NAMESPACE_MAP } from '../../test/testing/namespace.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'
import { missing } from './testing/peers.ts'
import { zoneFolder } from './testing/server-process.ts'

const WWW = 'www.meutrabalho.com.br'
const ADDRESSES = ['172.20.0.20', '172.20.0.21', '172.20.0.22']
const NS1 = hostNamed(NAMESPACE_MAP, 'ns1').address
const PROGRAMS = ['dig', 'kdig', 'drill', 'unbound', 'getent']

const run = async (program: string, ...args: string[]) =>
  (await promisify(execFile)(program, args, { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } })).stdout
const rotated = (first: number) => [0, 1, 2].map(i => ADDRESSES[(first + i) % 3])

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('real clients', async t => {
      await startServer(t)

      t.test('dig, kdig and drill read the same addresses, each answer one later than the last', async t => {
        const first = lines(await run('dig', '+short', WWW))
        const turn = ADDRESSES.indexOf(first[0] ?? '')
        t.strictSame(first, rotated(turn))
        t.strictSame(lines(await run('kdig', '+short', `@${NS1}`, WWW)), rotated(turn + 1))
        const drilled = await run('drill', `@${NS1}`, WWW, 'A')
        t.strictSame(
          [...drilled.matchAll(/IN\tA\t(\S+)/g)].map(([, address]) => address),
          rotated(turn + 2),
        )
        t.strictSame(lines(await run('dig', '+short', '+tcp', WWW)), rotated(turn + 3), 'UDP and TCP share the turns')
      })

      t.test('kdig and drill report what dig reports: NXDOMAIN, NODATA, an alias, a truncated answer', async t => {
        t.match(await run('kdig', `@${NS1}`, 'nothing.meutrabalho.com.br'), /status: NXDOMAIN/)
        t.match(await run('drill', `@${NS1}`, 'nothing.meutrabalho.com.br'), /rcode: NXDOMAIN/)
        t.match(await run('kdig', `@${NS1}`, WWW, 'MX'), /status: NOERROR[\s\S]*ANSWER: 0;[\s\S]*SOA/)
        t.match(
          await run('drill', `@${NS1}`, 'site.meutrabalho.com.br'),
          /CNAME\twww\.meutrabalho[\s\S]*A\t172\.20\.0\.2/,
        )
        t.match(await run('kdig', `@${NS1}`, 'huge.limits.test', 'TXT'), /\(TCP\)/, 'it asks again over TCP by itself')
        t.match(await run('drill', `@${NS1}`, 'huge.limits.test', 'TXT'), /rcode: NOERROR/)
      })

      t.test('glibc: getent finds the three addresses, the alias and the reverse', async t => {
        const hosts = lines(await run('getent', 'ahostsv4', WWW)).flatMap(line => line.match(/^\S+(?= +STREAM)/) ?? [])
        t.strictSame(hosts.toSorted(), ADDRESSES)
        t.match(await run('getent', 'hosts', 'site.meutrabalho.com.br'), /www\.meutrabalho\.com\.br/)
        t.match(await run('getent', 'hosts', '172.20.0.21'), /frontend2\.meutrabalho\.com\.br/)
        await t.rejects(run('getent', 'hosts', 'nothing.meutrabalho.com.br'), { code: 2 })
      })

      t.test('c-ares (node:dns) reads every type that it knows', async t => {
        const resolver = new Resolver()
        resolver.setServers([NS1])
        t.strictSame(
          (await resolver.resolve4(WWW, { ttl: true })).map(({ ttl }) => ttl),
          [5, 5, 5],
        )
        t.strictSame((await resolver.resolve4(WWW)).toSorted(), ADDRESSES)
        t.strictSame(await resolver.resolve6('v6.types.test'), ['2001:db8::1:0:0:1', '::ffff:192.0.2.1'])
        t.strictSame(await resolver.resolveCname('site.meutrabalho.com.br'), [WWW])
        t.match(await resolver.resolveMx('meutrabalho.com.br'), [{ exchange: 'mail.meutrabalho.com.br', priority: 10 }])
        t.strictSame(await resolver.resolveTxt('meutrabalho.com.br'), [['v=spf1 -all']])
        t.strictSame((await resolver.resolveNs('meutrabalho.com.br')).length, 2)
        t.match(await resolver.resolveSoa('meutrabalho.com.br'), { nsname: 'ns1.meutrabalho.com.br', minttl: 30 })
        t.strictSame((await resolver.resolveSrv('_http._tcp.meutrabalho.com.br')).length, 2)
        t.strictSame(await resolver.resolveCaa('meutrabalho.com.br'), [{ critical: 0, issue: ';', type: 'CAA' }])
        t.strictSame(await resolver.reverse('172.20.0.20'), ['frontend1.meutrabalho.com.br'])
        t.equal((await resolver.resolveTxt('huge.limits.test')).flat().join('').length, 1600, 'over TCP')
        await t.rejects(resolver.resolve4('nothing.meutrabalho.com.br'), { code: 'ENOTFOUND' })
        await t.rejects(resolver.resolveMx(WWW), { code: 'ENODATA' })
        await t.rejects(resolver.resolve4('example.org'), { code: 'EREFUSED' })
      })

      t.test('dns2 over UDP and TCP', async t => {
        for (const client of [dns2.UDPClient({ dns: NS1 }), dns2.TCPClient({ dns: NS1 })]) {
          const { answers } = await client(WWW, 'A')
          t.strictSame(answers.map(answer => (answer as { address: string }).address).toSorted(), ADDRESSES)
        }
      })

      t.test('unbound in front: it caches, and the TTL counts down', async t => {
        const cache = await startUnbound(t)
        const ask = async (...args: string[]) => run('dig', `@${cache}`, ...args)
        const ttl = async () => Number(/\.\s+(\d+)\s+IN\s+A\s/.exec(await ask(WWW))?.[1])
        t.equal(await ttl(), 5)
        await until('the cache hides the rotation', async () => {
          const order = await ask('+short', WWW)
          return (await ask('+short', WWW)) === order
        })
        const seen: number[] = []
        await until('the TTL in the cache counts down', async () => (seen[seen.push(await ttl()) - 1] as number) < 5)
        t.ok(
          seen.every(ttl => ttl >= 0 && ttl <= 5),
          `${seen}`,
        )
        t.match(
          await ask('nothing.meutrabalho.com.br'),
          /status: NXDOMAIN[\s\S]*flags: qr rd ra[; ][\s\S]*\s30\s+IN\s+SOA/,
        )
        t.match(await ask('huge.limits.test', 'TXT'), /status: NOERROR/)
        t.match(await ask('any.of.alunos.meutrabalho.com.br', 'TXT'), /curinga/)
      })
    })
  },
  missing(...PROGRAMS),
)

/** The server at its address on the map, on port 53, as in the resolv.conf of this network. */
async function startServer(t: Test): Promise<void> {
  const zones = {
    'meutrabalho.com.br': '../../zones/db.meutrabalho.com.br',
    '0.20.172.in-addr.arpa': '../../zones/db.0.20.172.in-addr.arpa',
    'limits.test': 'db.limits.test',
    'types.test': 'db.types.test',
  }
  const main = join(import.meta.dirname, '..', 'main.ts')
  const env = { ADDRESS: NS1, LAB_PORTS: 'low', ZONES: zoneFolder(t, zones) }
  await new Spawned(t, [process.execPath, main], { env }).says(/listening/)
}

/** A caching resolver with the address of our server for these zones. @returns its address */
async function startUnbound(t: Test): Promise<string> {
  const address = hostNamed(NAMESPACE_MAP, 'painel').address
  const folder = mkdtempSync(join(tmpdir(), 'unbound-'))
  const stubs = ['meutrabalho.com.br', '0.20.172.in-addr.arpa', 'limits.test', 'types.test']
  const config = `
server:
  interface: ${address}
  access-control: 172.20.0.0/24 allow
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  module-config: "iterator"
  rrset-roundrobin: no
  do-not-query-localhost: no
  local-zone: "20.172.in-addr.arpa." nodefault
  local-zone: "test." nodefault
${stubs.map(name => `stub-zone:\n  name: "${name}"\n  stub-addr: ${NS1}`).join('\n')}
`
  writeFileSync(join(folder, 'unbound.conf'), config)
  const unbound = new Spawned(t, ['unbound', '-d', '-p', '-c', join(folder, 'unbound.conf')], {
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  })
  await unbound.says(/start of service/)
  return address
}

function lines(text: string): string[] {
  return text.trim().split('\n')
}
