/**
 * A lock in Redis is a key with the text of its owner, set with NX and PX: a lock that is not released expires. Only its owner may
 * release it, because meanwhile it may have expired and belong to another one. A script does both steps: between GET and DEL, nothing else runs.
 *
 * Read beside: cache-aside.ts, ../queue/redis-consumer.ts; Redis documentation "SET", "Patterns"
 * Pure: a script as text.
 */

/**
 * For EVAL with the key of the lock and the text of its owner.
 *
 * @param name shown in the events, as `EVAL (release)`
 */
export function releaseScript(name: string): string {
  return `-- ${name}
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`
}
