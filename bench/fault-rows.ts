/**
 * The rows of the table in docs/what-is-lost.md: which hosts, and what happens to them.
 *
 * Read beside: test/network/troubles.ts (what each failure does), faults.ts
 * Pure: values.
 */
import { TROUBLE_KINDS, type TroubleKind } from '../test/network/troubles.ts'

export interface FaultRow {
  /** One host, or two at the same time. */
  readonly hosts: readonly string[]
  readonly kind: TroubleKind | 'rolling restart'
}

const EDGES = ['frontend1', 'frontend2', 'frontend3']
const BACKENDS = ['backend1', 'backend2', 'backend3']

/** One edge stands for the three, and one backend: they run the same program. */
const SINGLE = ['frontend1', 'backend1', 'ns1', 'ns2', 'redis', 'mysql', 'painel']

/** Two failures at the same time. A pair is named here when one of its hosts is what the loss of the other relies on. */
const PAIRS: readonly FaultRow[] = [
  { hosts: ['backend1', 'backend2'], kind: 'SIGSTOP' },
  { hosts: ['backend1', 'backend2'], kind: 'kill -9' },
  { hosts: ['frontend1', 'frontend2'], kind: 'kill -9' },
  { hosts: ['frontend1', 'frontend2'], kind: 'link cut' },
  { hosts: ['frontend1', 'backend1'], kind: 'kill -9' },
  { hosts: ['frontend1', 'ns1'], kind: 'link cut' },
  { hosts: ['ns1', 'ns2'], kind: 'kill -9' },
  { hosts: ['redis', 'mysql'], kind: 'kill -9' },
]

export const OUR_ROWS: readonly FaultRow[] = [
  ...SINGLE.flatMap(host => TROUBLE_KINDS.map(kind => ({ hosts: [host], kind }))),
  { hosts: [...BACKENDS, ...EDGES, 'ns1', 'ns2'], kind: 'rolling restart' },
  ...PAIRS,
]

/** `npm start -- --ha`. `redis` is the master at that moment, `mysql` the node that all backends use. */
export const HA_ROWS: readonly FaultRow[] = [
  ...(['kill -9', 'link cut', 'SIGSTOP'] as const).map(kind => ({ hosts: ['mysql'], kind })),
  ...(['kill -9', 'link cut', 'SIGSTOP'] as const).map(kind => ({ hosts: ['redis'], kind })),
]

/** What the usual build has, too: edges, backends and name servers. */
export const PEER_ROWS: readonly FaultRow[] = [
  ...['frontend1', 'backend1', 'ns1'].flatMap(host => TROUBLE_KINDS.map(kind => ({ hosts: [host], kind }))),
  { hosts: [...BACKENDS, ...EDGES, 'ns1', 'ns2'], kind: 'rolling restart' },
  { hosts: ['backend1', 'backend2'], kind: 'SIGSTOP' },
  { hosts: ['frontend1', 'frontend2'], kind: 'kill -9' },
]

/** `backend1, backend2`, or `all` for the rolling restart of everything that can be restarted without loss. */
export function hostsText({ hosts }: FaultRow): string {
  return hosts.length > 2 ? 'edges, backends, ns1, ns2' : hosts.join(' + ')
}
