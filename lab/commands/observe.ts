/**
 * `trace URL`, `logs NAME`, `capture`: look at a running lab from the terminal.
 *
 * Read beside: painel/trace/main.ts (which makes the request and prints its hops), capture-plan.ts
 * Touches the world: runs the trace and tcpdump; reads a log file.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { CommandError } from '../component-status.ts'
import { statusOf } from '../control-client.ts'
import { captureCommand, captureFile, parseCaptureArguments, wiresharkLines } from './capture-plan.ts'
import type { LabCommand } from './lab-command.ts'

const TRACE = fileURLToPath(new URL('../../painel/trace/main.ts', import.meta.url))

/** One request, hop by hop. */
export const trace: LabCommand = {
  accepts: args => args.length === 1 && !args[0]?.startsWith('-'),
  run: async ([url = ''], { folder, json }) => {
    const { prefix, ports } = await statusOf(folder)
    const child = spawn(process.execPath, [TRACE, prefix, ports, url, ...(json ? ['--json'] : [])], {
      stdio: 'inherit',
    })
    const [code] = await once(child, 'exit')
    return code ?? 1
  },
}

/** Lines printed when `--lines` is missing. */
const LINES = 40

/** The last lines of the log of one component. A lab that has stopped has logs too. */
export const logs: LabCommand = {
  accepts: ([name, lines, ...more]) =>
    /^[a-z0-9]+$/.test(name ?? '') && (lines === undefined || /^--lines=\d{1,6}$/.test(lines)) && more.length === 0,
  run: ([name = '', option = `--lines=${LINES}`], { folder, json, print }) => {
    const file = join(folder, 'logs', `${name}.log`)
    if (!existsSync(file)) {
      throw new CommandError(
        `${file}: este log não existe; os nomes são os de "status" · there is no such log; the names are those of "status"`,
      )
    }
    const count = Number(option.slice('--lines='.length))
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count)
    if (json) print(JSON.stringify({ name, file, lines }))
    else for (const line of lines) print(line)
    return 0
  },
}

/** A capture ends after a day, because its file grows all the time and its user may have left it running. */
const LONGEST_SECONDS = 86_400

/** Captures the packets of the lab with tcpdump, until Ctrl-C or for some seconds, into a file for Wireshark. */
export const capture: LabCommand = {
  unhurried: true,
  accepts: args => parseCaptureArguments(args) !== undefined,
  run: async (args, { folder, json, print, note }) => {
    const wanted = parseCaptureArguments(args)
    if (wanted === undefined) return 1
    const { prefix, ports } = await statusOf(folder)
    const map = networkMap(prefix, ports)
    const only = wanted.name === undefined ? undefined : hostNamed(map, wanted.name).address
    const tcpdump = programInPath('tcpdump')
    if (tcpdump === undefined) {
      throw new CommandError('o tcpdump não está instalado · tcpdump is not installed: sudo apt-get install tcpdump')
    }
    const file = captureFile(folder, new Date())
    const command = captureCommand({ tcpdump, file, prefix, only })
    note(`· ${command.join(' ')}`)
    const listening = () =>
      note(
        wanted.seconds === undefined
          ? '· faça as requisições agora; Ctrl-C termina a captura · make the requests now; Ctrl-C ends the capture'
          : `· ${wanted.seconds} s: faça as requisições agora · make the requests now`,
      )
    const words = await captureUntil(command, wanted.seconds, listening)
    if (!existsSync(file)) {
      throw new CommandError(
        `o tcpdump não pôde capturar (é preciso ser root) · tcpdump could not capture (it needs root): ${words.trim().split('\n').at(-1)}`,
      )
    }
    const packets = Number(/(\d+) packets? captured/.exec(words)?.[1] ?? 0)
    if (json) print(JSON.stringify({ file, packets, command }))
    else for (const line of [`${file}: ${packets} pacotes · packets`, ...wiresharkLines(file, ports)]) print(line)
    return 0
  },
}

/** @param onListening called when packets are captured from now on @returns what tcpdump printed on standard error */
async function captureUntil(
  [program = '', ...args]: readonly string[],
  seconds: number | undefined,
  onListening: () => void,
): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const stop = () => child.kill('SIGINT')
  let timer: NodeJS.Timeout | undefined
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text
    if (timer !== undefined || !words.includes('listening on')) return
    timer = setTimeout(stop, (seconds ?? LONGEST_SECONDS) * 1000)
    onListening()
  })
  process.once('SIGINT', stop)
  await once(child, 'close')
  clearTimeout(timer)
  return words
}

function programInPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/sbin')
  return folders.map(folder => join(folder, name)).find(path => existsSync(path))
}
