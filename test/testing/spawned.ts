/**
 * A process under test: what it prints can be waited for, and so can its end.
 *
 * Touches the world: spawns a process; ends it when the test does.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** With the channel over which the launcher learns that a component is ready. */
  readonly ipc?: boolean
}

export class Spawned {
  readonly process: ChildProcess
  readonly ended: Promise<Ending>
  /** Standard output and standard error, as they came. */
  output = ''
  #ending: Ending | undefined
  #waiting = new Set<() => void>()

  /** Starts the command; whatever is left of it when the test ends is killed. */
  constructor(t: Test, [program = '', ...args]: readonly string[], options: SpawnOptions = {}) {
    this.process = spawn(program, args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
        this.#wake()
      })
    }
    // Not the event 'close', which Node leaves out once the IPC channel was closed by this side.
    const read = [this.process.stdout, this.process.stderr].map(stream => stream && once(stream, 'close'))
    this.ended = Promise.all([once(this.process, 'exit'), ...read]).then(([[code, signal]]) => {
      this.#ending = { code, signal }
      this.#wake()
      return this.#ending
    })
    t.teardown(async () => {
      this.process.kill('SIGKILL')
      await this.ended
    })
  }

  /** Resolves once the output matches. @throws when the process ends without that, with all its output */
  async says(wanted: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = wanted.exec(this.output)
      if (match) return match
      if (this.#ending) throw new Error(`the process ended without printing ${wanted}; its output:\n${this.output}`)
      await new Promise<void>(resolve => this.#waiting.add(resolve))
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/**
 * The same command as a user who is not root. Without NODE_OPTIONS, through which tap follows processes: it would write
 * to a folder of ours.
 */
export function unprivileged(command: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [...command]
  const ids = ['--reuid=65534', '--regid=65534', '--clear-groups']
  return ['env', '-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE', 'setpriv', ...ids, '--', ...command]
}
