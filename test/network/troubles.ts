/**
 * The failures of the table: what each one does to hosts of a lab on the bridge, and how it ends.
 *
 * Read beside: trial.ts, host-faults.ts, bench/faults.ts (the table)
 * Touches the world: signals to processes, packet filters of hosts.
 */
import { breakHost, healHost } from './host-faults.ts'
import type { Trouble } from './trial.ts'

/** A site on the bridge whose processes can be ended and started: this lab, or the same on BIND and nginx. */
export interface Site {
  kill(name: string): Promise<void>
  /** SIGTERM. Resolves when the process has ended. */
  stop(name: string): Promise<void>
  begin(name: string): Promise<void>
  pause(name: string): void
  resume(name: string): void
}

export const TROUBLE_KINDS = ['kill -9', 'SIGSTOP', 'link cut', 'lossy 20 %', 'restart'] as const
export type TroubleKind = (typeof TROUBLE_KINDS)[number]

/** @param hosts one host, or several to which the same happens at the same time */
export function troubleOf(site: Site, kind: TroubleKind, hosts: readonly string[]): Trouble {
  const all = (act: (name: string) => void | Promise<void>) => async () => void (await Promise.all(hosts.map(act)))
  switch (kind) {
    case 'kill -9':
      return { begin: all(name => site.kill(name)), end: all(name => site.begin(name)) }
    case 'SIGSTOP':
      return { begin: all(name => site.pause(name)), end: all(name => site.resume(name)) }
    case 'link cut':
      return { begin: all(name => breakHost(name, { kind: 'cut' })), end: all(healHost) }
    case 'lossy 20 %':
      return { begin: all(name => breakHost(name, { kind: 'lossy', share: 0.2 })), end: all(healHost) }
    case 'restart':
      return { begin: all(name => site.stop(name).then(() => site.begin(name))), end: () => {} }
  }
}

/** Each host is stopped with SIGTERM and started again, one after the other. */
export function rollingRestart(site: Site, hosts: readonly string[]): Trouble {
  const begin = async () => {
    for (const name of hosts) {
      await site.stop(name)
      await site.begin(name)
    }
  }
  return { begin, end: () => {} }
}
