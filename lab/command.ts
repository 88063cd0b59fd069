/**
 * Shell: `npm run lab -- COMMAND`, against a running lab.
 *
 * Read beside: control.ts, guide.ts
 * Opens: a connection to the control socket of the lab that runs here.
 */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { describeError } from '#shared/log.ts'
import { formatProblem } from '../dns-server/zone/check.ts'
import { checkZoneFile, originOf } from '../dns-server/zone/zone-files.ts'
import { isHelp, readConfig } from './config.ts'
import { type LabStatus, NotRunning, order, statusOf } from './control.ts'
import { statusTable } from './guide.ts'
import { help } from './help.ts'
import { wipe } from './launcher.ts'

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`lab: ${describeError(error)}\n`)
  process.exitCode = 1
}

async function run([command = '', ...args]: string[]): Promise<number> {
  if ([command, ...args].some(isHelp)) {
    process.stdout.write(help('lab'))
    return 0
  }
  const { folder } = readConfig(process.env)
  const [name] = args
  if (command === 'status' && args.length === 0) return show(await statusOf(folder))
  if ((command === 'stop' || command === 'start') && name !== undefined && args.length === 1) {
    return show(await order(folder, `/${command}?name=${encodeURIComponent(name)}`))
  }
  if (command === 'reset' && args.length === 0) return reset(folder)
  if (command === 'zone' && name === 'check' && args[1] !== undefined && args.length <= 3)
    return checkZone(args[1], args[2])
  const given = [command, ...args].join(' ')
  if (given !== '')
    process.stderr.write(`lab: isto não é um comando · this is not a command: ${JSON.stringify(given)}\n`)
  process.stderr.write(help('lab'))
  return 1
}

/** Needs no running lab. Like named-checkzone: problems with their places, then what would be served; 1 when nothing would. */
function checkZone(file: string, zoneName?: string): number {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) throw new Error(`${file}: este arquivo não existe · there is no such file`)
  if (!found.isFile()) throw new Error(`${file}: não é um arquivo · is not a file`)
  if (zoneName === undefined && !/^db\../.test(basename(file))) {
    throw new Error(`${file}: de qual zona? · which zone is it? npm run lab -- zone check ${file} meutrabalho.com.br`)
  }
  const { zone, problems } = checkZoneFile(file, originOf(zoneName === undefined ? file : `db.${zoneName}`))
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`)
  const verdict = zone ? 'OK: pode ser servida · can be served' : 'não pode ser servida · cannot be served'
  process.stdout.write(`${file}: ${verdict}\n`)
  return zone ? 0 : 1
}

/** A lab that does not run is reset as well: by forgetting what it wrote. */
async function reset(folder: string): Promise<number> {
  try {
    return show(await order(folder, '/reset'))
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error
    wipe(folder)
    process.stdout.write('zonas, usuários e sessões apagados · zones, users and sessions forgotten; npm start\n')
    return 0
  }
}

function show(status: LabStatus): number {
  process.stdout.write(`${statusTable(status.components, Date.now())}\n`)
  return 0
}
