/**
 * Lanes: the parts of a topic, a fixed number of them. A key is always in the same lane, and a lane is read by one consumer of a group at a
 * time. So the messages of one key are handled in order, while several consumers share the work. A lane is a stream in Redis, and a
 * partition in Kafka.
 *
 * Read beside: redis-streams.ts, kafka.ts, backlog.ts
 * Pure: values in, values out.
 */

/** Lanes of each topic. More than consumers of any group; changing it would move keys to other lanes, and so change their order once. */
export const LANES = 8

/** The lane of a key, from 0 to {@link LANES} − 1: FNV-1a over its UTF-16 code units, with the bits mixed once more. */
export function laneOf(key: string, lanes = LANES): number {
  let value = 0x811c9dc5
  for (let index = 0; index < key.length; index++) value = Math.imul(value ^ key.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return ((value ^ (value >>> 13)) >>> 0) % lanes
}
