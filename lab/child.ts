/**
 * One process of the lab: its start, the wait until it is ready, its end.
 *
 * Read beside: launcher.ts (which holds one of these for each component), mariadb.ts, redis.ts
 * Touches the world: spawns a process and writes what it prints to a file.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Message } from '#shared/lifecycle.ts'
import { knownFailure } from './known-failures.ts'
import { endGroup } from './process-group.ts'

export interface ChildOptions {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its standard output and error go; emptied at each start. */
  readonly logFile: string
  readonly cwd?: string
  /** What a person can do when it ends before it is ready; said after its last words. */
  readonly advice?: string
  /** Gets every line that the component has for the person at the terminal. */
  readonly onTell?: (line: string) => void
}

/** How to start a server of the system: where, and a function that gets every process that is started on the way. */
export interface Place {
  readonly address: string
  readonly port?: number
  readonly logFile: string
  /** A folder that belongs to this server alone; made when it is missing. */
  readonly folder: string
  readonly onChild?: (child: Child) => void
  /** Words before its command: `['nsenter', '--net=/run/netns/redis']` runs it in that network namespace. */
  readonly within?: readonly string[]
}

/** The advice of a server that does not start: its data may be what is wrong. */
export function damagedData(folder: string): string {
  return `se os dados em ${folder} estão danificados, refaça-os · if its data there is damaged, make it anew: npm run lab -- reset`
}

/** A component that ended before it was ready. The message is one sentence: the component's own last words. */
export class ChildFailure extends Error {
  override name = 'ChildFailure'
}

/**
 * With this prefix the kernel itself ends a child when its parent dies, however it dies (prctl(2), PR_SET_PDEATHSIG).
 * Part of util-linux, and so of every Debian and Ubuntu.
 */
export const DIE_WITH_PARENT = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--'] : []

export class Child {
  readonly name: string
  readonly pid: number
  /** Resolves when the process has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly #process: ChildProcess
  readonly #logFile: string
  readonly #advice: string | undefined
  #running = true

  private constructor(options: ChildOptions, child: ChildProcess) {
    this.name = options.name
    this.#logFile = options.logFile
    this.#advice = options.advice
    this.#process = child
    this.pid = child.pid ?? 0
    child.on('message', ({ tell }: Message) => tell !== undefined && options.onTell?.(tell))
    this.ended = new Promise(resolve => {
      child.once('error', () => {
        this.#running = false
        resolve(1)
      })
      child.once('exit', (code, signal) => {
        this.#running = false
        resolve(code ?? signal ?? 1)
      })
    })
  }

  /** Starts the process in a group of its own, so that a Ctrl-C in the terminal reaches the launcher alone. */
  static start(options: ChildOptions): Child {
    mkdirSync(dirname(options.logFile), { recursive: true })
    const log = openSync(options.logFile, 'w')
    try {
      const [program = '', ...args] = [...DIE_WITH_PARENT, ...options.command]
      const child = spawn(program, args, {
        env: { ...process.env, ...options.env },
        stdio: ['ignore', log, log, 'ipc'],
        detached: true,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      })
      return new Child(options, child)
    } finally {
      closeSync(log)
    }
  }

  get running(): boolean {
    return this.#running
  }

  /** Waits for the `{ ready: true }` that lifecycle.ts sends. @throws ChildFailure when it ends before */
  async ready(): Promise<void> {
    const said = new Promise<true>(resolve => {
      this.#process.on('message', (message: Message) => message.ready && resolve(true))
    })
    await this.orEnd(said)
  }

  /** Waits for something, unless the process ends first. @throws ChildFailure with the process' last words */
  async orEnd<T>(awaited: Promise<T>): Promise<T> {
    const ended = this.ended.then(how => {
      throw new ChildFailure(
        `${this.name} terminou antes de ficar pronto · ended before it was ready (${how}): ${this.why()}`,
      )
    })
    return Promise.race([awaited, ended])
  }

  /** The error for a process that runs, but does not answer. @param where the address and port that it was asked at */
  silence(where: string, seconds: number): ChildFailure {
    const why =
      knownFailure(this.#log()) ??
      `se não melhorar, volte ao estado inicial · if it stays like this, return to the initial state: npm run lab -- reset`
    return new ChildFailure(
      `${this.name} está rodando, mas não responde em ${where} há ${seconds} s (log: ${this.#logFile}) · runs, but has not answered at ${where} for ${seconds} s: ${why}`,
    )
  }

  /** Why it ended, as one sentence. */
  why(): string {
    const known = knownFailure(this.#log())
    if (known !== undefined) return known
    return `${this.lastWords()}${this.#advice ? `; ${this.#advice}` : ''}`
  }

  #log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8').trim() : ''
  }

  /** SIGKILL: the process closes nothing and reports nothing. Resolves when it has ended, with all that it started. */
  async kill(): Promise<void> {
    if (!this.#running) return
    this.signal('SIGKILL')
    await this.ended
    await endGroup(this.pid)
  }

  /** Asks the process to stop; after `graceMs` it is killed. Resolves when it is gone, and all that it started. */
  async stop(graceMs = 10_000): Promise<void> {
    if (!this.#running) return
    this.signal('SIGTERM')
    this.signal('SIGCONT') // a paused process gets SIGTERM only when it runs again
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs)
    await this.ended
    clearTimeout(timer)
    await endGroup(this.pid)
  }

  /** To the whole group: a script such as mariadb-install-db has children of its own. */
  signal(signal: NodeJS.Signals): void {
    if (this.#running && this.pid > 0) process.kill(-this.pid, signal)
  }

  /** The last line it wrote that says what went wrong, or else its last line; without time and stack. */
  lastWords(): string {
    const lines = this.#log().split('\n').slice(-200)
    const telling = lines.filter(line => TELLING.test(line) && !HARMLESS.test(line))
    const words = telling.findLast(line => !FAREWELL.test(line)) ?? telling[0] ?? lines.at(-1) ?? ''
    const [, reason] = REASON.exec(words) ?? []
    if (reason !== undefined) return JSON.parse(reason)
    return (
      words.replace(TIME, '').replace(STACK, '').trim() || `nada foi escrito · nothing was printed (${this.#logFile})`
    )
  }
}

/** How lifecycle.ts, MariaDB and Redis say what went wrong … */
const TELLING = /error|reason=|fatal|corrupt|invalid|bad |can't|cannot|could not/i
/** What MariaDB prints beside it, … */
const HARMLESS = /\[(Warning|Note)\]/
/** … and what the servers add when they give up because of it. */
const FAREWELL = /\[ERROR\] (Aborting|Unknown\/unsupported storage engine|Plugin '?\w+)|InnoDB: Plugin|\*\*\*/
/** How lifecycle.ts says why a program could not start: then the reason says all. */
const REASON = / could not start reason=("(?:[^"\\]|\\.)*")/
/** What lifecycle.ts adds to an unexpected error; it stays in the log. */
const STACK = / stack=".*"$/
/** `2026-01-01T00:00:00.000Z `, MariaDB's `2026-01-01  0:00:00 0 `, Redis' `42:M 01 Jan 2026 00:00:00.000 # `. */
const TIME = /^(\d+:\w )?\d+[- ]\w+[- ]\d+[T ]+[\d:.]+Z? ([\d#*] )?/
