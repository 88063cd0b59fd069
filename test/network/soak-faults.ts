/**
 * The faults of a soak: an endless list that a seed decides, so that the same seed gives the same faults in the same order.
 *
 * Read beside: soak.ts (which brings them about), troubles.ts (what each of them does)
 * Pure: a seed in, faults out.
 */
import { seeded } from '../../backend/testing/random.ts'
import { TROUBLE_KINDS, type TroubleKind } from './troubles.ts'

export interface SoakFault {
  readonly kind: TroubleKind
  /** One host, or in one case of eight two hosts at the same time. */
  readonly hosts: readonly string[]
  /** Seconds without a fault before it begins, and how long it lasts. */
  readonly pause: number
  readonly lasts: number
}

/** Seconds. Long enough for health checks to notice a silent host (1 to 2 s), and for it to be used again. */
const PAUSE = { least: 1, most: 4 }
const LASTS = { least: 1, most: 4 }

/** @param hosts from which the seed chooses */
export function* soakFaults(seed: number, hosts: readonly string[]): Generator<SoakFault, never> {
  const random = seeded(seed)
  const one = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T
  const between = ({ least, most }: { least: number; most: number }) => least + (most - least) * random()
  for (;;) {
    const kind = one(TROUBLE_KINDS)
    const first = one(hosts)
    const second = random() < 1 / 8 ? one(hosts) : first
    yield { kind, hosts: [...new Set([first, second])], pause: between(PAUSE), lasts: between(LASTS) }
  }
}

export function faultText({ kind, hosts }: SoakFault): string {
  return `${hosts.join(' + ')}: ${kind}`
}
