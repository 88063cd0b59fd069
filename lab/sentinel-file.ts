/**
 * The configuration file of a Sentinel. A Sentinel writes into it whatever it finds out: the master, the replicas, the other Sentinels.
 *
 * Read beside: sentinel.ts; sentinel.conf of Redis
 * Pure: addresses in, text out, and the other way round.
 */
import { SENTINEL_NAME, SENTINEL_PORT } from '#shared/network-map.ts'

/**
 * Milliseconds of silence after which a Sentinel regards the master as dead, by its place in the group. They differ: when two Sentinels begin a
 * fail-over at the same moment, each gets one vote, and both wait for twice the fail-over time-out before they try again. Two have to agree, so the second
 * one decides (decision *Replicated databases: how fast another server takes over* in docs/decisions.md).
 */
const DOWN_AFTER_MS = [700, 800, 900]
/** Milliseconds. Long enough for a fail-over, which takes half a second; short, because a failed one is repeated after twice this time. */
const FAILOVER_TIMEOUT_MS = 2_000

/** @param place in the group, from 0 */
export function formatSentinelFile({
  address,
  master,
  folder,
  place,
}: {
  address: string
  master: string
  folder: string
  place: number
}): string {
  const lines = [
    `port ${SENTINEL_PORT}`,
    `bind ${address}`,
    `dir "${folder}"`,
    'protected-mode no',
    `sentinel announce-ip ${address}`,
    // Two of the three have to agree.
    `sentinel monitor ${SENTINEL_NAME} ${master} 6379 2`,
    `sentinel down-after-milliseconds ${SENTINEL_NAME} ${downAfterMs(place)}`,
    `sentinel failover-timeout ${SENTINEL_NAME} ${FAILOVER_TIMEOUT_MS}`,
    `sentinel parallel-syncs ${SENTINEL_NAME} 2`,
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Sent to each Sentinel after its start, because no line of its file can set these periods (Redis before 7.0 cannot change them). In milliseconds:
 *
 * - PING-PERIOD: a silence is counted from the first ping without an answer, so this is the uncertainty of the times above. Not shorter: a replica whose INFO is older than
 *   five such periods cannot become the master, and during a fail-over INFO is sent once a second.
 * - INFO-PERIOD: the replica with the highest offset in its last INFO becomes the master. That INFO must be younger than the silence of the master, or the replica
 *   that lacks an acknowledged write could be taken. The default is ten seconds, for which a new replica would also be unknown.
 * - TILT-PERIOD: a Sentinel that was stopped for more than two seconds uses none of the times that it has measured, and takes no part in a fail-over, for this long. The default
 *   is 30 seconds; all of its times are measured anew within two.
 */
export const SENTINEL_PERIODS_COMMAND = [
  ...['SENTINEL', 'DEBUG'],
  ...['PING-PERIOD', '300', 'INFO-PERIOD', '500', 'TILT-PERIOD', '5000'],
] as const

function downAfterMs(place: number): number {
  return DOWN_AFTER_MS[place % DOWN_AFTER_MS.length] ?? 1_000
}

/** The master that the file names; undefined when it is not a host of the group: the file is of a lab with another prefix, or empty. */
export function masterIn(file: string, group: readonly { readonly address: string }[]): string | undefined {
  const [, address] = new RegExp(`^sentinel monitor ${SENTINEL_NAME} (\\S+) `, 'm').exec(file) ?? []
  return group.find(host => host.address === address)?.address
}
