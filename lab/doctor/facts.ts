/**
 * The facts that the doctor collects, and its findings. The probes fill in the facts; the rules judge them.
 *
 * Read beside: probes.ts, judge.ts
 * Pure: types, and a short way to write a finding.
 */
import type { Platform } from '../platform.ts'

/** A socket that listens, and the program that opened it where the system names it. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp'
  /** `*` stands for every address. */
  readonly address: string
  readonly port: number
  readonly program?: string
  readonly pid?: number
}

export interface DockerFacts {
  readonly installed: boolean
  /** Whether the engine answers. */
  readonly running: boolean
  readonly networks: readonly { readonly name: string; readonly subnet: string }[]
}

export interface DoctorFacts {
  readonly platform: Platform
  readonly root: boolean
  /** `v20.11.0`: the Node that runs this. */
  readonly node: string
  /** The folder of the project. */
  readonly folder: string
  /** Megabytes that are free there. */
  readonly freeMegabytes: number
  /** Milliseconds since 1970: now, and the newest file of the project. */
  readonly now: number
  readonly newestFile: number
  /** Whether a lab runs in this folder, and the process ids that belong to it. */
  readonly lab: { readonly running: boolean; readonly pids: readonly number[] }
  readonly prefix: string
  /** The lowest port that this process may bind. */
  readonly lowestPort: number
  readonly listeners: readonly Listener[]
  /** Missing programs of the system, with the Debian package that has each. */
  readonly missing: readonly { readonly program: string; readonly debianPackage: string }[]
  /** apt-get, dpkg, unattended-upgrade …: what holds the lock of the package manager now. */
  readonly packageManagers: readonly string[]
  /** Whether systemd-resolved answers for the system. */
  readonly systemdResolved: boolean
  /** http_proxy and its like, as they are set, and no_proxy. */
  readonly proxyVariables: Readonly<Record<string, string>>
  readonly docker: DockerFacts
  /** Networks that the routing table has, `172.20.0.0/16`, without the default route. */
  readonly routes: readonly string[]
}

export type DoctorLevel = 'ok' | 'warning' | 'problem'

export interface DoctorFinding {
  /** A short word that stays the same, for programs: `ports`, `clock` … */
  readonly id: string
  readonly level: DoctorLevel
  readonly portuguese: string
  readonly english: string
  /** Command lines that help, as they can be typed on this system. */
  readonly commands: readonly string[]
}

/** @param commands what mends it: commands, or a page to open */
export function finding(
  id: string,
  level: DoctorLevel,
  portuguese: string,
  english: string,
  commands: readonly string[] = [],
): DoctorFinding {
  return { id, level, portuguese, english, commands }
}
