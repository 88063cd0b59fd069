/**
 * A whole lab for a test: the real launcher, on a prefix and in a folder of its own, beside any lab that runs already.
 *
 * Touches the world: starts the launcher, and with it every process of the lab; all of it ends with the test.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { LOOPBACK_PREFIX, type NetworkMap, networkMap, type PortRange } from '#shared/network-map.ts'
import { layDatabase } from './database.ts'
import { loopbackPrefix } from './loopback.ts'

export interface RunningLab {
  readonly map: NetworkMap
  readonly folder: string
  /** All that the launcher has printed. */
  readonly output: string[]
  readonly pid: number
  /** `npm run lab -- …`. @returns what it printed; rejects when it exits with another code than 0 */
  command(...args: string[]): Promise<string>
  /** SIGTERM. @returns the launcher's exit code */
  stop(): Promise<number>
}

export interface LabOptions {
  readonly folder?: string
  readonly prefix?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a lab and waits for its `ready` line. @throws Error with what the launcher printed, when it ends before */
export async function startLab(options: LabOptions = {}): Promise<RunningLab> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'lab-'))
  const prefix = options.prefix ?? loopbackPrefix()
  if (!options.args?.includes('--ha')) await layDatabase(join(folder, 'mysql'))
  const env = { ...process.env, LAB_DIR: folder, LAB_PREFIX: prefix, ...options.env }
  const launcher = spawn(process.execPath, ['lab/main.ts', ...(options.args ?? [])], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  const exited = once(launcher, 'exit')
  const ready = new Promise<void>(resolve => {
    for (const stream of [launcher.stdout, launcher.stderr]) {
      createInterface(stream).on('line', line => {
        output.push(line)
        if (line.startsWith('ready')) resolve()
      })
    }
  })
  const ended = exited.then(([code]) => {
    throw new Error(`the lab ended (${code}) before it was ready:\n${output.join('\n')}`)
  })
  await Promise.race([ready, ended])
  const ports: PortRange = output.some(line => line.includes(`${prefix}.20:80 `)) ? 'low' : 'high'
  return {
    map: networkMap(prefix, ports),
    folder,
    output,
    pid: launcher.pid ?? 0,
    command: async (...args) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['lab/command.ts', ...args], { env })
      return stdout
    },
    stop: async () => {
      launcher.kill('SIGTERM')
      const [code] = await exited
      return code ?? -1
    },
  }
}

/** A script of a document, for this lab: with its addresses and its folder. */
export function scriptFor({ map, folder }: RunningLab, script: string): string {
  return script.replaceAll(LOOPBACK_PREFIX, map.prefix).replaceAll('.lab/', `${folder}/`)
}

/** Removes what a lab wrote. Only after it has stopped. */
export function forget(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
