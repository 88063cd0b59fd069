/**
 * compose.yaml against the map: the same hosts at the same addresses, with the same settings, published as the README says; and compose.ha.yaml
 * against `npm start -- --ha`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { programOf } from '#shared/applications.ts'
import { ADMIN_PORT, COMPOSE_PREFIX, type Host, hostNamed, hostsOf, networkMap, ZONE } from '#shared/network-map.ts'
import { galeraArguments } from '../lab/galera-settings.ts'
import { formatSentinelFile, SENTINEL_PERIODS_COMMAND } from '../lab/sentinel-file.ts'

interface Service {
  readonly build?: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck: { readonly test: readonly string[]; readonly start_interval?: string }
  readonly networks: { readonly lab: { readonly ipv4_address: string } }
  readonly ports?: readonly string[]
  readonly profiles?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly volumes?: readonly string[]
}

const textOf = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
// Each service is an alias of an alias; the files are ours.
const parsed = (file: string) => parse(textOf(file), { merge: true, maxAliasCount: -1 })
const compose = parsed('compose.yaml')
const replicated: { services: Record<string, Service> } = parsed('compose.ha.yaml')
const services: Record<string, Service> = compose.services
const map = networkMap(COMPOSE_PREFIX, 'low')
const PROGRAMS: Readonly<Record<string, string>> = {
  dns: 'dns-server/main.ts',
  backend: 'backend/main.ts',
  frontend: 'edge-proxy/main.ts',
  socks: 'client/socks/main.ts',
  painel: 'painel/main.ts',
}

t.test('every host of the map has its service, and every service its host', async t => {
  const expected = map.hosts.filter(host => !host.planned).map(host => host.name)
  // Kafka has a service, and is started only when it is asked for.
  t.strictSame(Object.keys(services).sort(), [...expected, 'kafka'].sort())
  t.strictSame(services.kafka?.profiles, ['kafka'])
  t.equal(compose.networks.lab.ipam.config[0].subnet, `${COMPOSE_PREFIX}.0/24`)
})

/** A spare is started by name alone, the hosts of an application by the profile of its name. */
function profilesOf({ role, application, spare }: Host): string[] | undefined {
  if (spare) return ['spare']
  return role === 'application' ? [application] : undefined
}

t.test('a spare is started only by name, and a new record is enough for the edge proxies to use it', async t => {
  for (const host of map.hosts.filter(host => !host.planned))
    t.strictSame(services[host.name]?.profiles, profilesOf(host), host.name)
  for (const host of hostsOf(map, 'frontend'))
    t.equal(services[host.name]?.environment?.BACKENDS, `dns:backends.${ZONE}`, host.name)
  t.strictSame(services.ns1?.volumes, ['zones:/lab/dns-server/zones'], 'the zone can be edited')
})

for (const [name, service] of Object.entries(services)) {
  const host = hostNamed(map, name)

  t.test(`${name} has the address, the program and the health check of its place on the map`, async t => {
    t.equal(service.networks.lab.ipv4_address, host.address)
    const probe = service.healthcheck.test.join(' ')
    t.match(probe, host.address, 'asks its own address, not localhost')
    const program = host.role === 'application' ? programOf(host) : PROGRAMS[host.role]
    if (!program) return t.notOk(service.build)
    t.strictSame(service.command, ['node', program])
    t.equal(service.environment?.ADDRESS, host.address)
    t.match(service.environment?.LAB_FAULTS, /^\$\{LAB_FAULTS:-1\}$/)
    t.equal(service.build, '.')
    t.match(probe, ['dns', 'socks', 'painel'].includes(host.role) ? `:${ADMIN_PORT}/status` : '/healthz')
  })
}

t.test('only the edges, the DNS server, the SOCKS5 proxy and the painel are published, on 127.0.0.1 alone', async t => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map(port => `${name} ${port}`))
  t.strictSame(published.sort(), [
    'frontend1 127.0.0.1:8081:80',
    'frontend2 127.0.0.1:8082:80',
    'frontend3 127.0.0.1:8083:80',
    'ns1 127.0.0.1:5300:53/tcp',
    'ns1 127.0.0.1:5300:53/udp',
    'painel 127.0.0.1:9000:80',
    'socks 127.0.0.1:1080:1080',
  ])
})

t.test('compose.yaml stays within what docker-compose 1.29 and Compose v2 both understand', async t => {
  t.notOk('name' in compose)
  t.notOk('version' in compose)
  for (const service of Object.values(services)) t.notOk(service.healthcheck.start_interval)
})

t.test('every container of the image has a read-only root file system and no capabilities', async t => {
  const own = Object.entries(services).filter(([, { build }]) => build)
  t.ok(own.length > 10)
  for (const [name, { read_only, cap_drop, security_opt }] of own)
    t.strictSame(
      { read_only, cap_drop, security_opt },
      { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      name,
    )
})

t.test('the image runs without root and without development packages', async t => {
  const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8')
  t.match(dockerfile, /^USER node$/m)
  t.match(dockerfile, /npm ci --omit=dev/)
})

t.test('every folder that the image copies is let through by .dockerignore', async t => {
  const [dockerfile, ignore] = ['Dockerfile', '.dockerignore'].map(file =>
    readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'),
  ) as [string, string]
  const copied = [...dockerfile.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
  t.ok(copied.includes('client') && copied.includes('shared'))
  for (const source of copied) t.ok(ignore.split('\n').includes(`!${source}`), source)
})

t.test('every module that a program of the image imports is copied into the image', async t => {
  const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8')
  const copied = [...dockerfile.matchAll(/^COPY (\S+) \S+$/gm)].map(([, folder]) => folder)
  const seen = new Set<string>()
  const walk = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^'"]*?from '([^']+\.ts)'/gm,
    ))
      walk(from.startsWith('#shared/') ? from.replace('#', '') : join(dirname(file), from))
  }
  const programs = new Set(
    Object.values(services).flatMap(({ command }) => command?.filter(word => word.endsWith('.ts')) ?? []),
  )
  for (const program of programs) walk(program)
  t.ok(seen.size > 100)
  for (const file of seen) if (!copied.includes(file.split('/')[0])) t.fail(`${file} is not in the image`)
})

t.test('compose.ha.yaml has every replica of the map, and every program uses them', async t => {
  const databases = (['mysql', 'redis'] as const).flatMap(role =>
    hostsOf(networkMap(COMPOSE_PREFIX, 'low', true), role),
  )
  const programs = Object.keys(services).filter(name => services[name]?.build)
  const expected = [...databases.map(({ name }) => name), ...programs]
  t.strictSame(Object.keys(replicated.services).sort(), expected.sort())
  for (const name of programs) t.strictSame(replicated.services[name], { environment: { LAB_HA: '1' } }, name)
  for (const { name, role, address } of databases) {
    const service = replicated.services[name]
    const script = role === 'mysql' ? ['bash', '/galera-node.sh', name, address] : ['sh', '/redis-node.sh', address]
    t.strictSame(service?.command, script)
    t.equal(service?.networks.lab.ipv4_address, address)
    t.ok(service?.healthcheck.test.includes(address), name)
    t.ok(
      service?.volumes?.some(volume => volume.includes(`-${name}:/`)),
      `${name} has a volume of its own`,
    )
  }
})

t.test('the nodes of compose.ha.yaml have the settings of npm start -- --ha', async t => {
  const nodes = hostsOf(networkMap(COMPOSE_PREFIX, 'low', true), 'mysql').map(host => ({ ...host, folder: '' }))
  const [{ name, address } = { name: '', address: '' }] = nodes
  const programs = t.testdir()
  mkdirSync(join(programs, 'usr/lib/galera'), { recursive: true })
  writeFileSync(join(programs, 'usr/lib/galera/libgalera_smm.so'), '')
  const [settings = ''] = /^nodes=[\s\S]*?^\)$/m.exec(textOf('deploy/compose/galera-node.sh')) ?? []
  const print = `name=$1 address=$2\n${settings}\nprintf '%s\\n' "\${server[@]}"`
  const words = execFileSync('bash', ['-c', print, 'bash', name, address], { encoding: 'utf8' }).trim().split('\n')
  // The files, and who copies all data to a new node, are different in a container.
  const comparable = (word: string) =>
    !/^--wsrep_(provider|sst_auth|sst_receive_address)=/.test(word) && word !== 'mariadbd'
  t.strictSame(words.filter(comparable), galeraArguments({ name, address, nodes, programs }).filter(comparable))

  const redis = textOf('deploy/compose/redis-node.sh')
  const [, file] = /<<END\n([\s\S]*?)^END$/m.exec(redis) ?? []
  for (const { address, ordinal } of hostsOf(networkMap(COMPOSE_PREFIX, 'low', true), 'redis')) {
    const [choice = ''] = /^case \$address in .*down_after.*$/m.exec(redis) ?? []
    const words = ['-c', `address=$1; ${choice}; echo $down_after`, 'sh', address]
    const downAfter = execFileSync('sh', words, { encoding: 'utf8' }).trim()
    const written = file?.replace('$down_after', downAfter)
    t.equal(
      written,
      formatSentinelFile({ address: '$address', master: '$master', folder: '/data', place: ordinal - 1 }),
    )
  }
  const pairs = [...textOf('lab/sentinel.ts').matchAll(/'(--(?:min|repl)-[\w-]+)', '(\d+)'/g)]
  t.ok(pairs.length >= 5)
  for (const [, option, value] of pairs) t.match(redis, `${option} ${value}`)
  t.match(redis, SENTINEL_PERIODS_COMMAND.join(' '))
})
