/**
 * One process of the lab: started, seen to be ready, ended.
 *
 * Read beside: launcher.ts (which holds one of these for each component), mariadb.ts, redis.ts
 * Touches the world: spawns a process and writes what it prints to a file.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface ChildOptions {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its standard output and error go; emptied at each start. */
  readonly logFile: string
  readonly cwd?: string
}

/** How to start a server of the system: where, and whom to tell of every process that is started on the way. */
export interface Place {
  readonly address: string
  readonly port?: number
  readonly logFile: string
  /** A folder that belongs to this server alone; made when it is missing. */
  readonly folder: string
  readonly onChild?: (child: Child) => void
}

/** A component that ended before it was ready. The message is one sentence: the component's own last words. */
export class ChildFailure extends Error {
  override name = 'ChildFailure'
}

/**
 * With this prefix the kernel itself ends a child when its parent dies, however it dies (prctl(2), PR_SET_PDEATHSIG).
 * Part of util-linux, and so of every Debian and Ubuntu.
 */
const DIE_WITH_PARENT = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--'] : []

export class Child {
  readonly name: string
  readonly pid: number
  /** Resolves when the process has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly #process: ChildProcess
  readonly #logFile: string
  #running = true

  private constructor(options: ChildOptions, child: ChildProcess) {
    this.name = options.name
    this.#logFile = options.logFile
    this.#process = child
    this.pid = child.pid ?? 0
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
      this.#process.on('message', (message: { ready?: boolean }) => message.ready && resolve(true))
    })
    await this.orEnd(said)
  }

  /** Waits for something, unless the process ends first. @throws ChildFailure with the process' last words */
  async orEnd<T>(awaited: Promise<T>): Promise<T> {
    const ended = this.ended.then(how => {
      throw new ChildFailure(`${this.name} ended (${how}) before it was ready: ${this.lastWords()}`)
    })
    return Promise.race([awaited, ended])
  }

  /** Power off: nothing is closed, nothing is said. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.ended
  }

  /** Asks the process to stop; after `graceMs` it is killed. Resolves when it is gone. */
  async stop(graceMs = 10_000): Promise<void> {
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs)
    await this.ended
    clearTimeout(timer)
  }

  /** To the whole group: a script such as mariadb-install-db has children of its own. */
  signal(signal: NodeJS.Signals): void {
    if (this.#running && this.pid > 0) process.kill(-this.pid, signal)
  }

  /** The last line it wrote that says something of an error, or its last line. */
  lastWords(): string {
    const lines = readFileSync(this.#logFile, 'utf8').trim().split('\n').slice(-200)
    const telling = lines.findLast(line => /error|reason=|fatal|abort/i.test(line)) ?? lines.at(-1) ?? ''
    return telling.trim() || `nothing was printed (see ${this.#logFile})`
  }
}
