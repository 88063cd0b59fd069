/**
 * Shell: `npm start`. Starts the whole lab, prints what there is to try, and ends all of it on a signal.
 *
 * Read beside: launcher.ts, guide.ts, setup.sh (which ran before this, and brought what is missing)
 * Opens: the control socket in the lab's folder. Everything else is opened by the processes it starts.
 */
import { release } from 'node:os'
import { describeError } from '#shared/log.ts'
import { networkMap } from '#shared/network-map.ts'
import { isHelp, type LabConfig, readConfig } from './config.ts'
import { type Control, openControl } from './control.ts'
import { exerciseLine } from './exercise.ts'
import { prepareFolder } from './folder.ts'
import { guide, waitingLine } from './guide.ts'
import { help } from './help.ts'
import { Launcher } from './launcher.ts'
import { platformOf } from './platform.ts'
import { assertFree, portsWeMayBind, publishable } from './ports.ts'
import { surroundingsFrom } from './surroundings.ts'

/** A start that prints nothing for this long says what it is waiting for, in milliseconds. */
const QUIET_MS = 3_000

let lastLine = performance.now()
const print = (line: string) => {
  lastLine = performance.now()
  process.stdout.write(`${line}\n`)
}
let launcher: Launcher | undefined
let control: Control | undefined
let stopping: Promise<void> | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
// When the terminal is closed, writing to it fails; the lab is still stopped.
process.stdout.on('error', () => {})

const args = process.argv.slice(2)
try {
  if (args.some(isHelp)) process.stdout.write(help('start'))
  else await start(readConfig(process.env, args))
} catch (error) {
  if (!stopping) process.stderr.write(`\nnpm start: ${describeError(error)}\n`)
  stop(1)
}

async function start(config: LabConfig): Promise<void> {
  const started = performance.now()
  if (config.exercise !== undefined) print(exerciseLine(config.exercise))
  const ports = config.ports === 'auto' ? await portsWeMayBind(config.prefix) : config.ports
  const published = await publishable(networkMap(config.prefix, ports, config.ha, config.broker).hosts)
  const lab = new Launcher(config, ports, print, published)
  prepareFolder(config.folder)
  control = await openControl(config.folder, lab, () => stop(0))
  process.on('exit', control.close)
  await assertFree(lab.hosts)
  if (stopping) return
  launcher = lab
  setInterval(() => sayWhatIsAwaited(lab), QUIET_MS / 3).unref()
  await lab.startAll()
  if (stopping) return
  if (config.dns === 'dns2')
    print(
      '! --dns=dns2: um datagrama vindo da porta 0 derruba este servidor · one datagram from port 0 ends this server (peers/dns2-server.ts)',
    )
  if (config.edge === 'http-proxy')
    print(
      '! --edge=http-proxy: um GET com o campo Trailer derruba este proxy · one GET with a Trailer field ends this proxy (peers/http-proxy-edge.ts)',
    )
  const surroundings = surroundingsFrom(process.env, platformOf(process.platform, release()), config.folder)
  print(guide(lab.map, surroundings, published, config.applications))
  print(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s  ·  Ctrl-C desliga tudo · stops everything`)
}

/** A start may be the first one or one of `reset`; its seconds are counted from the oldest component that is not ready. */
function sayWhatIsAwaited(lab: Launcher): void {
  if (stopping || performance.now() - lastLine < QUIET_MS) return
  const components = lab.status()
  const since = Math.min(...components.filter(({ state }) => state === 'starting').map(({ since }) => since))
  const line = waitingLine(components, Math.round((Date.now() - since) / 1000))
  if (line !== undefined) print(line)
}

function stop(code: number): void {
  stopping ??= end(code)
}

async function end(code: number): Promise<void> {
  if (launcher && code === 0) print('desligando… · stopping…')
  await launcher?.stopAll()
  if (code === 0) print('tudo desligado · all stopped')
  await control?.finish()
  process.exit(code)
}
