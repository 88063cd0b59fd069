import t from 'tap'
import { LOOPBACK_PREFIX, networkMap } from '#shared/network-map.ts'
import { startNamed, stopNamed } from './named-power.ts'

/** A launcher in which these components run. Starting and stopping is only written down. */
function launcherWith(running: string[]) {
  const done: string[] = []
  const map = networkMap(LOOPBACK_PREFIX)
  const status = () =>
    map.hosts.map(({ name }) => ({ name, state: running.includes(name) ? ('running' as const) : ('stopped' as const) }))
  const note = (verb: string) => async (name: string) => void done.push(`${verb} ${name}`)
  return { launcher: { map, status, startOne: note('start'), stopOne: note('stop') }, done }
}

t.test('startNamed() starts the hosts of an application that do not run, without its spares', async t => {
  const { launcher, done } = launcherWith(['ingressos2'])
  await startNamed(launcher, 'ingressos')
  t.strictSame(done, ['start ingressos1', 'start ingressos3'])
  const all = launcherWith(['ingressos1', 'ingressos2', 'ingressos3'])
  await t.rejects(startNamed(all.launcher, 'ingressos'), { message: /ingressos já está ligada · is running already/ })
})

t.test('stopNamed() stops the hosts of an application that run, spares too', async t => {
  const { launcher, done } = launcherWith(['ingressos2', 'ingressos4', 'backend1'])
  await stopNamed(launcher, 'ingressos')
  t.strictSame(done, ['stop ingressos2', 'stop ingressos4'])
  await t.rejects(stopNamed(launcherWith([]).launcher, 'ingressos'), { message: /npm run lab -- start ingressos/ })
})

t.test('startNamed() and stopNamed() pass any other name on', async t => {
  const { launcher, done } = launcherWith([])
  await startNamed(launcher, 'ingressos4')
  await stopNamed(launcher, 'backend2')
  t.strictSame(done, ['start ingressos4', 'stop backend2'])
})
