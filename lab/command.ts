/**
 * Shell: `npm run lab -- COMMAND`, against a running lab.
 *
 * Read beside: control.ts, guide.ts
 * Opens: a connection to the control socket of the lab that runs here.
 */
import { describeError } from '#shared/log.ts'
import { readConfig } from './config.ts'
import { ask, NotRunning } from './control.ts'
import { statusTable } from './guide.ts'
import { wipe } from './launcher.ts'

const USAGE = `npm run lab -- COMANDO · COMMAND
  status            o que está ligado · what is on
  stop NOME         desliga como na tomada (kill -9) · power off: stop backend2
  start NOME        liga de novo, também backend4 · on again, backend4 too
  reset             como no primeiro dia · as on the first day
  zone check FILE   confere um arquivo de zona · checks a zone file`

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`lab: ${describeError(error)}\n`)
  process.exitCode = 1
}

async function run([command = '', ...args]: string[]): Promise<number> {
  const { folder } = readConfig(process.env)
  const [name] = args
  if (command === 'status' && args.length === 0) return show(await ask(folder, 'GET', '/status'))
  if ((command === 'stop' || command === 'start') && name !== undefined && args.length === 1) {
    return show(await ask(folder, 'POST', `/${command}?name=${encodeURIComponent(name)}`))
  }
  if (command === 'reset' && args.length === 0) return reset(folder)
  process.stderr.write(`${USAGE}\n`)
  return 1
}

/** A lab that does not run is reset as well: by forgetting what it wrote. */
async function reset(folder: string): Promise<number> {
  try {
    return show(await ask(folder, 'POST', '/reset'))
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error
    wipe(folder)
    process.stdout.write('zonas, usuários e sessões apagados · zones, users and sessions forgotten; npm start\n')
    return 0
  }
}

function show(status: Awaited<ReturnType<typeof ask>>): number {
  process.stdout.write(`${statusTable(status.components, Date.now())}\n`)
  return 0
}
