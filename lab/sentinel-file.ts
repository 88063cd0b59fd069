/**
 * The configuration file of a Sentinel. A Sentinel writes into it whatever it finds out: the master, the replicas, the other Sentinels.
 *
 * Read beside: sentinel.ts; sentinel.conf of Redis
 * Pure: addresses in, text out, and the other way round.
 */
import { SENTINEL_NAME, SENTINEL_PORT } from '#shared/network-map.ts'

/** Milliseconds of silence after which one Sentinel regards the master as dead. */
const DOWN_AFTER_MS = 1_000

export function formatSentinelFile({
  address,
  master,
  folder,
}: {
  address: string
  master: string
  folder: string
}): string {
  const lines = [
    `port ${SENTINEL_PORT}`,
    `bind ${address}`,
    `dir "${folder}"`,
    'protected-mode no',
    `sentinel announce-ip ${address}`,
    // Two of the three have to agree.
    `sentinel monitor ${SENTINEL_NAME} ${master} 6379 2`,
    `sentinel down-after-milliseconds ${SENTINEL_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${SENTINEL_NAME} 5000`,
    `sentinel parallel-syncs ${SENTINEL_NAME} 2`,
  ]
  return `${lines.join('\n')}\n`
}

/** The master that the file names; undefined when it is not a host of the group: the file is of a lab with another prefix, or empty. */
export function masterIn(file: string, group: readonly { readonly address: string }[]): string | undefined {
  const [, address] = new RegExp(`^sentinel monitor ${SENTINEL_NAME} (\\S+) `, 'm').exec(file) ?? []
  return group.find(host => host.address === address)?.address
}
