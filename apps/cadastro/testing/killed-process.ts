/**
 * A program that is killed (SIGKILL) again and again between two of its steps, and started again.
 *
 * Every step of a program is a command to MySQL or to Redis. All of them pass a relay in the test process, which counts those that change something
 * or finish something. At the number that the seed gives, the program is killed: before the command is delivered, or after it, so that its answer is
 * never seen.
 *
 * Read beside: ../kill.test.ts, backend/testing/faulty-link.ts
 * Touches the world: starts and kills a process; relays its connections.
 */
import { once } from 'node:events'
import type { Test } from 'tap'
import { openFaultyLink } from '../../../backend/testing/faulty-link.ts'
import type { RandomNumbers } from '../../../backend/testing/random.ts'
import { Spawned } from '../../../test/testing/spawned.ts'

export interface KilledProcessOptions {
  readonly program: string
  readonly address: string
  /** The address at which the program finds MySQL and Redis. */
  readonly relay: string
  readonly mysql: string
  readonly redis: string
  readonly random: RandomNumbers
  /** How often it is killed. */
  readonly kills: number
  readonly env: Readonly<Record<string, string>>
}

/** Steps between two kills: at most. A message takes about eight. */
const MOST_STEPS = 24

/** Commands of Redis that are a step; the others are leases, probes, claims at the start, and reads that wait. */
const REDIS_STEP = /XADD|XACK|HSET|HDEL|\bDEL\b|ZREM\b/
/** The first octet after the header of a MySQL packet (COM_STMT_EXECUTE), or a statement that ends a transaction. */
const isMysqlStep = (text: string) => text.charCodeAt(4) === 0x17 || /COMMIT|START TRANSACTION/.test(text)

export class KilledProcess {
  /** What was the next step, or the last one, when the program was killed: `before COMMIT`. */
  readonly kills: string[] = []
  readonly #options: KilledProcessOptions
  readonly #t: Test
  #spawned: Spawned | undefined
  #steps = 0
  #target = 0

  private constructor(t: Test, options: KilledProcessOptions) {
    this.#t = t
    this.#options = options
  }

  static async start(t: Test, options: KilledProcessOptions): Promise<KilledProcess> {
    const killed = new KilledProcess(t, options)
    const { relay, mysql, redis } = options
    const toMysql = await openFaultyLink(t, { address: relay, port: 3306 }, { address: mysql, port: 3306 })
    const toRedis = await openFaultyLink(t, { address: relay, port: 6379 }, { address: redis, port: 6379 })
    toMysql.cut = text => (isMysqlStep(text) ? killed.#step(text) : undefined)
    toRedis.cut = text => (REDIS_STEP.test(text) && !text.includes('EVAL') ? killed.#step(text) : undefined)
    await killed.#run()
    return killed
  }

  get finished(): boolean {
    return this.kills.length >= this.#options.kills
  }

  /** Starts the program, and starts it again when it was killed. */
  async #run(): Promise<void> {
    const { program, address, relay, env, random } = this.#options
    const spawned = new Spawned(this.#t, [process.execPath, program], {
      env: {
        ADDRESS: address,
        MYSQL_URL: `mysql://lab:lab@${relay}:3306/meutrabalho`,
        REDIS_URL: `redis://${relay}:6379`,
        ...env,
      },
    })
    this.#spawned = spawned
    this.#steps = 0
    this.#target = 1 + Math.floor(random() * MOST_STEPS)
    void once(spawned.process, 'exit').then(() => {
      if (this.#target === 0) return this.#run()
    })
    await Promise.race([spawned.says(/ listening /), spawned.ended])
  }

  #step(text: string): 'before' | 'after' | undefined {
    this.#steps++
    if (this.finished || this.#steps !== this.#target) return undefined
    const side = this.#options.random() < 0.5 ? 'before' : 'after'
    this.kills.push(`${side} ${nameOf(text)}`)
    this.#target = 0
    this.#spawned?.process.kill('SIGKILL')
    return side
  }
}

function nameOf(text: string): string {
  const command = /XADD|XACK|HSET|HDEL|\bDEL\b|ZREM\b|COMMIT|START TRANSACTION/.exec(text)?.[0]
  return command ?? 'a statement'
}
