/**
 * A command of Redis, and the event with which it is published: its name, its key, and how much came back.
 *
 * Read beside: redis.ts, shared/event-kinds.ts
 * Pure: a command and its reply in, a description out.
 */
import type { EventKinds } from '#shared/event-kinds.ts'

/** The name of a command and its arguments: `['HMGET', 'session:…', 'id', 'role']`. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]]

/** The command and its key, for the event. Values are left out: they may be personal. @param ms until the reply */
export function describe([name, ...args]: RedisCommand, reply: unknown, ms: number): EventKinds['backend.redis'] {
  const scripted = name === 'EVAL' || name === 'EVALSHA'
  return {
    command: name === 'EVAL' ? `EVAL (${String(args[0]).split('\n', 1)[0]?.replace('-- ', '')})` : name,
    key: args[scripted ? 2 : 0]?.toString(),
    replyOctets: octetsOf(reply),
    ms,
  }
}

/** How many octets the values of a reply have, without the framing of RESP; undefined without a reply. */
function octetsOf(reply: unknown): number | undefined {
  if (reply === undefined) return undefined
  if (reply === null) return 0
  if (Array.isArray(reply)) return reply.reduce((sum: number, value) => sum + (octetsOf(value) ?? 0), 0)
  return Buffer.byteLength(Buffer.isBuffer(reply) ? reply : String(reply))
}
