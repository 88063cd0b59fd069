/**
 * A soak: visitors use the lab at 70 % of what this machine can do, while one random fault after the other begins and ends.
 *
 *   |── capacity ──|── fault ──|── fault ──| … |── audit: every row is read, every session is used
 *
 * The load, the ledger and the audit are those of trial.ts; the whole list of faults is one "trouble" there. Memory and open descriptors of
 * every program are sampled after each fault.
 *
 * Read beside: soak-faults.ts (the faults), trial.ts, bench/soak.ts (half an hour of it), soak.test.ts (a minute of it)
 * Touches the world: through the visitors and the faults; reads /proc.
 */
import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import { pssMegabytes } from '../../bench/measure.ts'
import { until } from '../testing/until.ts'
import { BRIDGE_MAP } from './bridge.ts'
import type { LabOnBridge } from './lab-on-bridge.ts'
import type { SoakFault } from './soak-faults.ts'
import type { Trouble } from './trial.ts'
import { troubleOf } from './troubles.ts'
import type { Visitors } from './visitors.ts'

/** The share of the capacity that the visitors use. */
const SHARE = 0.7
/** Requests a second. More than this measures the client, which is one process. */
const MOST = 400
const AT_THE_SAME_TIME = 12

/**
 * Requests a second for the soak, from a short measurement with visitors that wait for each response. A machine that is busy with other programs
 * gets a lower rate.
 */
export async function soakRate(visitors: Visitors, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let done = 0
  const visitor = async () => {
    while (performance.now() < end) {
      await visitors.visit()
      done++
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: AT_THE_SAME_TIME }, visitor))
  const capacity = (done * 1000) / (performance.now() - started)
  return Math.max(1, Math.min(MOST, Math.floor(SHARE * capacity)))
}

/** What a program holds at one moment. */
export interface ProcessSample {
  readonly host: string
  readonly megabytes: number
  readonly descriptors: number
}

export interface SoakSample {
  /** Milliseconds, as `performance.now()` gives them. */
  readonly at: number
  /** How many faults have ended. */
  readonly faults: number
  readonly processes: readonly ProcessSample[]
}

/** Of all programs of this repository that run; MariaDB and Redis have their own bounds. */
export function sampleOf(lab: LabOnBridge): ProcessSample[] {
  const ours = lab.names.filter(host => !/^(mysql|redis)/.test(host))
  return ours.map(host => {
    const pid = lab.pidOf(host)
    return { host, megabytes: pssMegabytes(pid), descriptors: readdirSync(`/proc/${pid}/fd`).length }
  })
}

/**
 * The faults, one after the other, as one trouble of {@link trial}.
 *
 * @param enough is asked after each fault, with the number of faults that have ended
 * @param onSample gets a sample after each fault, when all programs run again
 */
export function faultAfterFault(
  lab: LabOnBridge,
  faults: Iterable<SoakFault>,
  enough: (faults: number) => boolean,
  onSample: (sample: SoakSample, fault: SoakFault) => void,
): Trouble {
  const begin = async () => {
    let ended = 0
    for (const fault of faults) {
      await pause(fault.pause * 1000)
      const trouble = troubleOf(lab, fault.kind, fault.hosts)
      await trouble.begin()
      await pause(fault.lasts * 1000)
      await trouble.end()
      onSample({ at: performance.now(), faults: ++ended, processes: sampleOf(lab) }, fault)
      if (enough(ended)) return
    }
  }
  // The audit reads every row once, and a row that cannot be read cannot be judged.
  return { begin, end: () => until('all parts of the lab work again', () => isWhole(lab)) }
}

/** Whether each edge proxy gets a response from a backend, and each backend from Redis and MySQL. */
async function isWhole(lab: LabOnBridge): Promise<boolean> {
  const hosts = BRIDGE_MAP.hosts.filter(
    ({ name, role }) => lab.names.includes(name) && (role === 'frontend' || role === 'backend'),
  )
  const answers = hosts.map(async ({ address, port }) => {
    const { statusCode, body } = await request(`http://${address}:${port}/status`, { headersTimeout: 2_000 })
    const { redis, mysql } = (await body.json()) as { redis?: string; mysql?: string }
    return statusCode === 200 && redis === 'up' && mysql === 'up'
  })
  return (await Promise.allSettled(answers)).every(answer => answer.status === 'fulfilled' && answer.value)
}
