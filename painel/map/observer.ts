/**
 * Looks at every component twice a second, while the painel is in use: the launcher's list of processes, and `GET /status` of each component.
 *
 * Read beside: lab-map.ts (what becomes of the answers), ../attention.ts (when the painel is in use)
 * Touches the world: HTTP to the admin endpoints, and to the launcher's control socket.
 */
import { request } from 'undici'
import type { Clock } from '#shared/clock.ts'
import { ADMIN_PORT, type Host, type NetworkMap } from '#shared/network-map.ts'
import { type LabStatus, statusOf } from '../../lab/control-client.ts'
import { hasAdmin, type LabMap, labMap, type Observed } from './lab-map.ts'

export interface ObserverOptions {
  readonly map: NetworkMap
  readonly labFolder: string | undefined
  readonly mayChange: boolean
  readonly clock: Clock
  readonly onChange: (map: LabMap) => void
}

/** A process that ends is on the map within a second. */
const EVERY_MS = 400
const ANSWER_WITHIN_MS = 700

export class Observer {
  readonly #options: ObserverOptions
  readonly #hosts: readonly Host[]
  /** Ends the looks that were started last; undefined while there are none. */
  #looking: AbortController | undefined
  #last: LabMap | undefined
  #under: Promise<LabMap> | undefined

  constructor(options: ObserverOptions) {
    this.#options = options
    this.#hosts = options.map.hosts.filter(host => !host.planned && hasAdmin(host))
  }

  start(): void {
    if (this.#looking !== undefined) return
    this.#looking = new AbortController()
    void this.#repeat(this.#looking.signal)
  }

  stop(): void {
    this.#looking?.abort()
    this.#looking = undefined
  }

  /** The map now. Callers of one moment share one look. */
  look(): Promise<LabMap> {
    this.#under ??= this.#look().finally(() => {
      this.#under = undefined
    })
    return this.#under
  }

  /** @param ended of these looks alone: the next ones may be started during the last pause */
  async #repeat(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await this.look()
      await new Promise<void>(resolve => this.#options.clock.after(EVERY_MS, resolve))
    }
  }

  async #look(): Promise<LabMap> {
    const { map, labFolder, mayChange, clock, onChange } = this.#options
    const [lab, ...statuses] = await Promise.all([labStatus(labFolder), ...this.#hosts.map(statusOfHost)])
    const observed = new Map<string, Observed>()
    for (const { name } of map.hosts) {
      const process = lab?.components.find(component => component.name === name)
      const status = statuses[this.#hosts.findIndex(host => host.name === name)]
      observed.set(name, {
        launcher: process?.state,
        ...(process === undefined ? {} : { since: process.since }),
        ...(process?.pid === undefined ? {} : { pid: process.pid }),
        ...(status === undefined ? {} : { status }),
      })
    }
    const at = new Date(clock.epoch()).toISOString()
    const now = labMap(map, observed, { at, launcher: lab !== undefined, mayChange })
    if (!isSame(this.#last, now)) onChange(now)
    this.#last = now
    return now
  }
}

async function labStatus(folder: string | undefined): Promise<LabStatus | undefined> {
  if (folder === undefined) return undefined
  try {
    return await statusOf(folder)
  } catch {
    return undefined // the launcher is gone or does not answer; the components are asked too
  }
}

/** What a component answers to `GET /status`; undefined when it does not answer in time, or has no admin endpoint. */
export async function statusOfHost({ address }: Host): Promise<Record<string, unknown> | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const { statusCode, body } = await request(`http://${address}:${ADMIN_PORT}/status`, { signal })
    if (statusCode === 200) return (await body.json()) as Record<string, unknown>
    await body.dump()
  } catch {
    // No answer is an observation too: the component is shown as unreachable.
  }
  return undefined
}

/** Whether nothing but the time and the counters has changed. */
function isSame(one: LabMap | undefined, other: LabMap): boolean {
  const text = (map: LabMap) =>
    JSON.stringify({ ...map, at: '', components: map.components.map(component => ({ ...component, requests: 0 })) })
  return one !== undefined && text(one) === text(other)
}
