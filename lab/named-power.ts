/**
 * `start` and `stop` for a name: that of one component, or that of an application, which means all its hosts.
 *
 * Read beside: launcher.ts (one component), control.ts (the requests), shared/applications.ts
 * Touches the world: through the launcher.
 */
import { applicationsOf, hostsOfApplication } from '#shared/applications.ts'
import type { Host } from '#shared/network-map.ts'
import { CommandError, type ComponentStatus } from './component-status.ts'
import type { Launcher } from './launcher.ts'

/** What is needed of a launcher here. */
type PowerSwitches = Pick<Launcher, 'map' | 'startOne' | 'stopOne'> & {
  status(): readonly Pick<ComponentStatus, 'name' | 'state'>[]
}

/** Starts one component, or all hosts of an application that do not run yet, without its spares. @throws CommandError when there is nothing to start */
export async function startNamed(launcher: PowerSwitches, name: string): Promise<void> {
  const hosts = hostsOf(launcher, name)
  if (hosts === undefined) return launcher.startOne(name)
  const off = hosts.filter(host => !host.spare && !['running', 'paused', 'starting'].includes(stateOf(launcher, host)))
  if (off.length === 0) throw new CommandError(`${name} já está ligada · is running already`)
  await Promise.all(off.map(host => launcher.startOne(host.name)))
}

/** SIGKILL for one component, or for all hosts of an application, spares too. @throws CommandError when none of them runs */
export async function stopNamed(launcher: PowerSwitches, name: string): Promise<void> {
  const hosts = hostsOf(launcher, name)
  if (hosts === undefined) return launcher.stopOne(name)
  const on = hosts.filter(host => ['running', 'paused'].includes(stateOf(launcher, host)))
  if (on.length === 0) throw new CommandError(`${name} não está ligada · is not running: npm run lab -- start ${name}`)
  await Promise.all(on.map(host => launcher.stopOne(host.name)))
}

/** Undefined when the name is not that of an application. */
function hostsOf({ map }: Pick<PowerSwitches, 'map'>, name: string): Host[] | undefined {
  const application = applicationsOf(map).find(row => row.name === name)
  return application && hostsOfApplication(map, application.name)
}

function stateOf(launcher: PowerSwitches, { name }: Host): string {
  return launcher.status().find(component => component.name === name)?.state ?? 'stopped'
}
