/**
 * Each problem of the first hour, on each system: the finding names it and says what to do. No machine is examined.
 */
import t from 'tap'
import type { DoctorFacts } from './facts.ts'
import { exitCode, judge } from './judge.ts'

const well: DoctorFacts = {
  platform: 'linux',
  root: false,
  node: 'v26.10.0',
  folder: '/home/ana/redes',
  freeMegabytes: 20_000,
  now: Date.UTC(2026, 10, 28),
  newestFile: Date.UTC(2026, 10, 27),
  lab: { running: false, pids: [] },
  prefix: '127.20.0',
  lowestPort: 1024,
  listeners: [],
  missing: [],
  packageManagers: [],
  systemdResolved: true,
  proxyVariables: {},
  docker: { installed: false, running: false, networks: [] },
  routes: ['192.168.0.0/24'],
}
const withDocker = { installed: true, running: true, networks: [] }

function found(facts: Partial<DoctorFacts>, id: string) {
  const [one, ...more] = judge({ ...well, ...facts }).filter(finding => finding.id === id)
  if (!one || more.length > 0) throw new Error(`not exactly one finding ${id}`)
  return one
}

t.test('judge(): a machine without trouble has findings that are all ok, on each system', async t => {
  for (const platform of ['linux', 'wsl', 'darwin', 'win32'] as const) {
    const findings = judge({ ...well, platform, docker: withDocker })
    t.strictSame(
      findings.filter(({ level }) => level !== 'ok'),
      [],
      platform,
    )
    t.equal(exitCode(findings), 0)
    t.equal(new Set(findings.map(({ id }) => id)).size, findings.length, 'one finding for each id')
  }
  t.match(found({}, 'system').commands, ['npm start'])
  t.match(found({ platform: 'win32', docker: withDocker }, 'system').commands, ['docker compose up --build', /wsl/])
})

t.test('judge(): a port in use is named, with its program', async t => {
  const nginx = { protocol: 'tcp', address: '*', port: 8080, program: 'nginx', pid: 77 } as const
  const blocked = found({ listeners: [nginx] }, 'ports')
  t.match(blocked, {
    level: 'problem',
    english: /\*:8080\/tcp \(nginx, pid 77\)/,
    commands: ['LAB_PORTS=high npm start'],
  })
  t.equal(exitCode(judge({ ...well, listeners: [nginx] })), 1)
  t.match(found({ listeners: [{ ...nginx, address: '127.20.0.20' }] }, 'ports'), {
    commands: ['LAB_PREFIX=127.21.0 npm start'],
  })
  t.match(found({ listeners: [{ ...nginx, protocol: 'udp' }] }, 'ports'), { level: 'ok' }, 'HTTP/3 is not in the way')
  t.match(found({ listeners: [{ ...nginx, port: 9100 }] }, 'ports'), { level: 'problem' }, 'the admin endpoint')
  t.match(found({ listeners: [{ ...nginx, protocol: 'udp', port: 5300 }] }, 'ports'), { level: 'problem' })
  t.match(
    found({ listeners: [{ ...nginx, address: '127.0.0.53', port: 5300 }] }, 'ports'),
    { level: 'ok' },
    'another address',
  )
  t.match(found({ lowestPort: 0, listeners: [{ ...nginx, port: 80 }] }, 'ports'), { level: 'problem' })
  const own = { running: true, pids: [77] }
  t.match(
    found({ lab: own, listeners: [{ ...nginx, address: '127.20.0.20' }] }, 'ports'),
    { level: 'ok' },
    'of the lab itself',
  )
  const published = { ...nginx, address: '127.0.0.1', port: 1080 }
  t.match(found({ listeners: [published] }, 'ports'), { level: 'warning', english: /127\.0\.0\.1:1080/ })
  const { program: _, ...nameless } = published
  t.match(found({ platform: 'win32', docker: withDocker, listeners: [nameless] }, 'ports'), { english: /\(pid 77\)/ })
})

t.test('judge(): missing packages are one line to paste', async t => {
  const missing = [
    { program: 'mariadbd', debianPackage: 'mariadb-server-core' },
    { program: 'dig', debianPackage: 'bind9-dnsutils' },
  ]
  t.match(found({ missing }, 'packages'), {
    level: 'problem',
    english: 'missing programs: mariadbd, dig',
    commands: [
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends mariadb-server-core bind9-dnsutils',
    ],
  })
  t.match(found({ missing, root: true }, 'packages'), { level: 'warning', commands: [/^apt-get update && apt-get/] })
  t.notOk(judge({ ...well, platform: 'darwin', missing }).some(({ id }) => id === 'packages'))
})

t.test('judge(): a busy package manager, a folder of Windows, a full disk', async t => {
  t.match(found({ packageManagers: ['unattended-upgr'] }, 'package-manager'), {
    level: 'warning',
    portuguese: /ocupado \(unattended-upgr\)/,
  })
  t.match(found({ platform: 'wsl', folder: "/mnt/c/Users/ana/Sant'Ana" }, 'folder'), {
    level: 'warning',
    commands: [`cp -r '/mnt/c/Users/ana/Sant'\\''Ana' ~/`],
  })
  t.notOk(
    judge({ ...well, folder: '/mnt/c/x' }).some(({ id }) => id === 'folder'),
    'only under WSL',
  )
  t.match(found({ freeMegabytes: 120 }, 'disk'), { level: 'problem', english: /only 120 MB/ })
})

t.test('judge(): a clock that is behind the files of the project, or beyond 2038', async t => {
  t.match(found({ now: Date.UTC(2021, 0, 1) }, 'clock'), { level: 'problem', english: /earlier than the files/ })
  t.match(found({ now: Date.UTC(2040, 0, 1) }, 'clock'), { level: 'problem', english: /2038/ })
  t.match(found({ platform: 'wsl', now: 0 }, 'clock'), { commands: ['wsl --shutdown'] })
  t.match(found({ now: well.newestFile - 1000 }, 'clock'), { level: 'ok' }, 'a second is not a day')
})

t.test('judge(): proxy variables, unless the lab is an exception', async t => {
  const proxyVariables = { http_proxy: 'http://proxy.escola:3128', HTTPS_PROXY: 'x' }
  t.match(found({ proxyVariables }, 'proxy'), {
    level: 'warning',
    english: /^http_proxy, HTTPS_PROXY: /,
    commands: ['export no_proxy=127.0.0.1,localhost,127.20.0.0/24,.meutrabalho.com.br'],
  })
  for (const no_proxy of ['*', 'localhost, *', '127.20.0.0/24'])
    t.match(found({ proxyVariables: { ...proxyVariables, no_proxy } }, 'proxy'), { level: 'ok' }, no_proxy)
  t.match(found({ platform: 'win32', docker: withDocker, proxyVariables }, 'proxy').commands, [/^\$env:no_proxy/])
})

t.test('judge(): Docker is needed on macOS and Windows, and only there', async t => {
  const installed = { installed: true, running: false, networks: [] }
  t.match(found({}, 'docker'), { level: 'ok' })
  t.match(found({ docker: installed }, 'docker'), {
    level: 'warning',
    commands: ['sudo systemctl start docker', /usermod/],
  })
  t.match(found({ platform: 'darwin', docker: installed }, 'docker'), {
    level: 'problem',
    commands: ['open -a Docker'],
  })
  t.match(found({ platform: 'win32', docker: installed }, 'docker').commands, [/Docker Desktop\.exe/])
  t.match(found({ platform: 'win32', docker: { ...installed, installed: false } }, 'docker'), { level: 'problem' })
})

t.test('judge(): another network at 172.20.0.0/24', async t => {
  const networks = [
    { name: 'bridge', subnet: '172.17.0.0/16' },
    { name: 'outro_default', subnet: '172.20.0.0/16' },
  ]
  t.match(found({ docker: { ...withDocker, networks } }, 'network'), {
    level: 'problem',
    english: /outro_default \(172\.20\.0\.0\/16\)/,
    commands: ['docker network rm outro_default'],
  })
  const ours = [{ name: 'redes_lab', subnet: '172.20.0.0/24' }]
  t.match(found({ docker: { ...withDocker, networks: ours }, routes: ['172.20.0.0/24'] }, 'network'), { level: 'ok' })
  t.match(found({ routes: ['172.16.0.0/12'] }, 'network'), { level: 'warning', english: /172\.16\.0\.0\/12/ })
})

t.test('judge(): systemd-resolved is named, because it has a cache', async t => {
  t.match(found({}, 'resolver'), { portuguese: /systemd-resolved \(127\.0\.0\.53\), com cache/ })
  t.match(found({ systemdResolved: false }, 'resolver'), { english: /by the system/ })
})
