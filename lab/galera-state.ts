/**
 * What a node of the Galera cluster has on disk, and which node has to be started first.
 *
 * Read beside: galera.ts; https://galeracluster.com/library/documentation/crash-recovery.html
 * Pure: file contents in, a decision out.
 */

/** `seqno`: the number of the last transaction. −1 in grastate.dat while the server runs, and after a crash. */
export interface GaleraPosition {
  readonly uuid: string
  readonly seqno: number
}

/** The content of grastate.dat. */
export interface GaleraState extends GaleraPosition {
  /** The node was the last one to end: no other node has a transaction that this one lacks. */
  readonly safeToBootstrap: boolean
}

const NO_STATE: GaleraState = { uuid: '', seqno: -1, safeToBootstrap: false }

/** @param text of grastate.dat; undefined when there is no such file */
export function parseGrastate(text: string | undefined): GaleraState {
  if (text === undefined) return NO_STATE
  const word = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1]
  return {
    uuid: word('uuid') ?? '',
    seqno: Number(word('seqno') ?? -1),
    safeToBootstrap: word('safe_to_bootstrap') === '1',
  }
}

/** From the log of `mariadbd --wsrep-recover`: `WSREP: Recovered position: 5ee1…:1234`. */
export function parseRecovered(log: string): GaleraPosition | undefined {
  const [, uuid, seqno] = [...log.matchAll(/Recovered position:? ([0-9a-f-]{36}):(-?\d+)/g)].at(-1) ?? []
  return uuid === undefined ? undefined : { uuid, seqno: Number(seqno) }
}

/** grastate.dat with which a node may start a new cluster. */
export function formatGrastate({ uuid, seqno }: GaleraPosition): string {
  return `# GALERA saved state\nversion: 2.1\nuuid:    ${uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: 1\n`
}

/**
 * The node to start first when none runs: the one with the highest transaction number; the first of those that are equal. An acknowledged
 * write is on every node that ran at the time, so no such write is missing there.
 *
 * @param positions of each node, in the order of the map
 * @returns its index
 */
export function electBootstrap(positions: readonly GaleraPosition[]): number {
  const highest = Math.max(...positions.map(({ seqno }) => seqno))
  return positions.findIndex(({ seqno }) => seqno === highest)
}
