import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import dns2 from 'dns2'
import t, { type Test } from 'tap'
import { COMPOSE_PREFIX, hostsOf, networkMap, WWW } from '#shared/network-map.ts'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { isAlive } from '../test/testing/processes.ts'
import { scratch } from '../test/testing/scratch.ts'
import { until } from '../test/testing/until.ts'
import { readConfig } from './config.ts'
import { wipe } from './folder.ts'
import { Launcher } from './launcher.ts'

process.env.DRAIN_GRACE = '0'

function launcher(t: Test) {
  // As Windows and desktops in Portuguese name folders, and worse.
  const folder = join(scratch(t), `Área de Trabalho "2" 'x' $HOME`)
  mkdirSync(folder)
  const said: string[] = []
  const config = { ...readConfig({}), folder, prefix: loopbackPrefix() }
  const published = { ns1: `${config.prefix}.99:5399`, frontend1: `${config.prefix}.99:8081` }
  const lab = new Launcher(config, 'high', line => said.push(line), published)
  t.teardown(() => lab.stopAll())
  const of = (name: string) => lab.status().find(component => component.name === name)
  const pids = () => lab.status().flatMap(({ pid }) => pid ?? [])
  return { lab, folder, said, of, pids, published }
}

/** One letter, as in proc(5): T is stopped by a signal. */
function processState(pid: number): string {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? ''
}

t.test('Launcher switches single machines off and on, and resets all of them', async t => {
  const { lab, folder, said, of, pids, published } = launcher(t)
  t.ok(lab.status().every(({ state, since }) => state === 'stopped' && since === 0))
  const starting = lab.startAll()
  await t.rejects(lab.stopOne('mysql'), { message: 'mysql ainda está sendo ligado · is still being started' })
  await t.rejects(lab.startOne('mysql'), { message: 'mysql já está sendo ligado · is being started already' })
  await t.rejects(lab.reset(), {
    name: 'CommandError',
    message: 'agora não: o laboratório está sendo ligado ou desligado · not now: the lab is being started or stopped',
  })
  await starting
  const applications = hostsOf(networkMap(COMPOSE_PREFIX), 'application').map(({ name }) => name)
  for (const { name, state, pid = 0 } of lab.status()) {
    const onRequest = name === 'backend4' || applications.includes(name)
    t.equal(state, onRequest ? 'stopped' : 'running', name)
    if (!onRequest) t.ok(isAlive(pid), name)
  }

  // frontend1 and ns1 listen at a second place as well, and are one process each.
  const page = await fetch(`http://${published.frontend1}/healthz`)
  t.match([page.status, page.headers.get('x-served-by')], [200, 'frontend1'])
  const [dns = '', port = ''] = published.ns1.split(':')
  for (const client of [dns2.UDPClient, dns2.TCPClient]) {
    const { answers } = await client({ dns, port: Number(port) })(WWW, 'A')
    t.equal(answers.length, 3)
  }
  await lab.stopOne('frontend1')
  await t.rejects(fetch(`http://${published.frontend1}/healthz`))
  await lab.startOne('frontend1')
  t.equal((await fetch(`http://${published.frontend1}/healthz`)).status, 200)

  // Off, as by pulling the plug.
  const { pid = 0 } = of('backend2') ?? {}
  await lab.stopOne('backend2')
  t.notOk(isAlive(pid))
  t.match(of('backend2'), { state: 'stopped', pid: undefined })
  t.match(said.at(-1), '- backend2 desligado · switched off')
  await t.rejects(lab.stopOne('backend2'), {
    message: /^backend2 .* is not running: npm run lab -- start backend2$/,
  })
  await lab.startOne('backend2')
  t.match(of('backend2'), { state: 'running' })
  t.not(of('backend2')?.pid, pid)
  await t.rejects(lab.startOne('backend2'), { message: 'backend2 já está ligado · is running already' })

  // Paused: the process is there and gets no time.
  await t.rejects(async () => lab.resumeOne('backend2'), { message: 'backend2 não está pausado · is not paused' })
  lab.pauseOne('backend2')
  t.match(of('backend2'), { state: 'paused' })
  await until('it is stopped', () => processState(of('backend2')?.pid ?? 0) === 'T') // kill(2) returns earlier
  await t.rejects(lab.startOne('backend2'), { message: /^backend2 .* is paused: npm run lab -- resume backend2$/ })
  await t.rejects(async () => lab.pauseOne('backend2'), { message: /^backend2 .* is not running/ })
  lab.resumeOne('backend2')
  await until('it runs again', () => processState(of('backend2')?.pid ?? 0) !== 'T')
  t.match(of('backend2'), { state: 'running' })
  lab.pauseOne('backend2')

  // The spare, only when asked for.
  await lab.startOne('backend4')
  t.match(of('backend4'), { state: 'running' })
  await t.rejects(lab.startOne('backend5'), {
    message: /^"backend5" .* there is no such component; there are: mysql, .*backend4/,
  })

  // A component that dies is not restarted, and the status shows it.
  process.kill(of('frontend1')?.pid ?? 0, 'SIGKILL')
  await until('the death is noticed', () => of('frontend1')?.state === 'died')
  t.match(said.at(-1), /^! frontend1 morreu · died \(SIGKILL\) .*npm run lab -- start frontend1$/)
  t.equal(of('frontend1')?.pid, undefined)

  const zone = join(folder, 'zones', 'db.meutrabalho.com.br')
  writeFileSync(zone, '; edited by a student\n')
  const before = pids()
  const painel = of('painel')?.pid
  await lab.reset()
  t.strictSame(
    before.filter(pid => isAlive(pid)),
    [painel],
    'all but the painel, which may have asked for the reset',
  )
  t.match(readFileSync(zone, 'utf8'), /\bSOA\b/)
  t.match([of('frontend1')?.state, of('backend4')?.state], ['running', 'stopped'])

  const after = pids()
  await lab.stopAll()
  t.strictSame(
    after.filter(pid => isAlive(pid)),
    [],
  )
  t.notOk(
    said.some(line => line.startsWith('! ') && !line.includes('frontend1')),
    'a component that was stopped has not died',
  )
  await t.rejects(lab.startOne('backend1'), { message: /everything is being stopped; try again in a moment$/ })
})

t.test('Launcher.stopAll() during a reset leaves nothing running', async t => {
  const { lab, folder, pids } = launcher(t)
  await lab.startAll()
  const before = pids()
  const resetting = lab.reset()
  await lab.stopAll()
  await resetting
  t.strictSame(
    before.filter(pid => isAlive(pid)),
    [],
  )
  t.strictSame(pids(), [])
  t.ok(existsSync(join(folder, 'mysql', 'data')), 'and the reset has not begun to delete')
})

t.test('Launcher.startAll() fails with the sentence of the component that fails', async t => {
  const { lab, folder, of } = launcher(t)
  writeFileSync(join(folder, 'redis'), 'a file')
  await t.rejects(lab.startAll(), { message: /redis/ })
  t.equal(of('redis')?.state, 'died')
  await lab.stopAll()
})

t.test('Launcher.startAll() starts with a mistake in a zone, and prints its file and line', async t => {
  const { lab, folder, said, of } = launcher(t)
  mkdirSync(join(folder, 'zones'))
  writeFileSync(
    join(folder, 'zones', 'db.meutrabalho.com.br'),
    '$TTL 5\n@ SOA ns1 root 1 2 3 4 5\n@ NS ns1\nns1 A 1.2.3\n',
  )
  await lab.startAll()
  t.equal(of('ns1')?.state, 'running', 'only the zone with the mistake is not served')
  t.match(said.join('\n'), /^ {2}ns1: .*db\.meutrabalho\.com\.br:4:\d+: .*1\.2\.3/m)
})

t.test('wipe() deletes what the lab wrote, and keeps its logs', async t => {
  const folder = t.testdir({ zones: { db: '' }, mysql: { data: {} }, redis: {}, logs: { 'ns1.log': 'x' } })
  wipe(folder)
  t.strictSame(
    ['zones', 'mysql', 'redis', 'logs/ns1.log'].map(name => existsSync(join(folder, name))),
    [false, false, false, true],
  )
})
