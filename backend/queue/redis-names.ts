/**
 * The keys of the Redis engine, and what `XINFO GROUPS` answers.
 *
 *   queue:cadastros:3                       a stream: one lane of the topic
 *   queue:cadastros:3:orquestrador:lease    the consumer that has this lane in this group; expires
 *   queue:cadastros:3:orquestrador:tries    entry → tries that have begun (a hash)
 *   queue:cadastros:orquestrador:members    the consumers of the group, by the time until which they are counted (a sorted set)
 *
 * Read beside: redis-streams.ts, redis-consumer.ts
 * Pure: values in, values out.
 */

/** The keys of one lane of a topic in Redis. @param group of consumers; without it only `stream` means something */
export function keysFor(topic: string, lane: number, group = '') {
  const stream = `queue:${topic}:${lane}`
  return {
    stream,
    lease: `${stream}:${group}:lease`,
    tries: `${stream}:${group}:tries`,
    members: `queue:${topic}:${group}:members`,
  }
}

export interface StreamGroup {
  readonly name: string
  /** Delivered and not acknowledged. */
  readonly pending: number
  /** The id of the last entry that was delivered. */
  readonly lastDelivered: string
  /** Not delivered yet; null when Redis cannot compute the number. */
  readonly lag: number | null
}

/** The answer of `XINFO GROUPS`: for each group a list of names and values alternating. */
export function groupsIn(answer: unknown): StreamGroup[] {
  return (answer as (string | number | null)[][]).map(fields => {
    const value = (name: string) => fields[fields.indexOf(name) + 1] ?? null
    return {
      name: String(value('name')),
      pending: Number(value('pending')),
      lastDelivered: String(value('last-delivered-id')),
      lag: value('lag') === null ? null : Number(value('lag')),
    }
  })
}

/** An entry of a stream: its id, and names and values alternating; null when it was deleted. */
export type StreamEntry = readonly [id: string, fields: readonly string[] | null]

/**
 * The entries in the answer of `XREADGROUP` about one stream: a pair of its key and the entries, inside a list (RESP2) or alone (a map of
 * RESP3, as ioredis gives it). Null when none came in time.
 */
export function entriesIn(answer: unknown): readonly StreamEntry[] {
  const [first, second] = (answer ?? []) as unknown[]
  return ((Array.isArray(first) ? first[1] : second) ?? []) as readonly StreamEntry[]
}

/**
 * The first entry that must be kept: all groups have acknowledged everything before it.
 *
 * @param groups undefined as the oldest pending: nothing is pending
 */
export function keepFrom(groups: readonly { lastDelivered: string; oldestPending: string | undefined }[]): string {
  const places = groups.map(({ lastDelivered, oldestPending }) =>
    oldestPending === undefined || isBefore(lastDelivered, oldestPending) ? after(lastDelivered) : oldestPending,
  )
  return places.reduce((first, place) => (isBefore(place, first) ? place : first))
}

function after(id: string): string {
  const [ms = 0n, count = 0n] = id.split('-').map(BigInt)
  return `${ms}-${count + 1n}`
}

function isBefore(one: string, other: string): boolean {
  const [ms = 0n, count = 0n] = one.split('-').map(BigInt)
  const [otherMs = 0n, otherCount = 0n] = other.split('-').map(BigInt)
  return ms < otherMs || (ms === otherMs && count < otherCount)
}
