/**
 * Connects to a destination: resolves its name, and tries one address after the other.
 *
 * Read beside: destinations.ts (what is allowed), failures.ts (the reply code for each error), ../resolver/stub-resolver.ts
 * Touches the world: DNS queries, and a TCP connection.
 */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { StubResolver } from '../resolver/stub-resolver.ts'
import { type DestinationRules, isLabAddress, judgeDestination, portInForce } from './destinations.ts'
import type { Destination } from './grammar.ts'

/** Not a destination of the lab. `code` is the error of connect(2) when a rule forbids a connection. */
export class DestinationRefused extends Error {
  override name = 'DestinationRefused'
  readonly code = 'EACCES'
}

/** A host that is switched off does not answer at all; the next address is tried after this time, in milliseconds. */
const CONNECT_MS = 2000

/** @throws DestinationRefused, ResolveError, or the system's error for the last address that was tried */
export async function dial(
  destination: Destination,
  rules: DestinationRules,
  resolver: StubResolver,
  signal: AbortSignal,
): Promise<Socket> {
  let failure: unknown
  for (const address of await addressesOf(destination, rules, resolver)) {
    try {
      return await connectTo(address, portInForce(address, destination.port, rules.map), signal)
    } catch (error) {
      if (signal.aborted) throw error
      failure = error
    }
  }
  throw failure
}

async function addressesOf(
  destination: Destination,
  rules: DestinationRules,
  resolver: StubResolver,
): Promise<readonly string[]> {
  const { host } = destination
  const verdict = judgeDestination(destination, rules)
  if (verdict === 'refused')
    throw new DestinationRefused(`${JSON.stringify(host)} is not in the lab (SOCKS_OPEN=1 allows it)`)
  if (verdict === 'address') return [host]
  if (verdict === 'system') return (await lookup(host, { all: true })).map(({ address }) => address)
  const { addresses } = await resolver.addressesOf(host)
  const allowed = rules.open ? addresses : addresses.filter(address => isLabAddress(address, rules.map))
  if (allowed.length > 0) return allowed
  throw new DestinationRefused(`${host} has no address in ${rules.map.prefix}.0/24: ${addresses.join(', ')}`)
}

async function connectTo(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, keepAlive: true })
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)])
  try {
    await once(socket, 'connect', { signal: limit })
    return socket
  } catch (error) {
    socket.destroy()
    socket.on('error', () => {}) // destroyed; the reason is thrown
    if (!limit.aborted) throw error
    const timedOut: NodeJS.ErrnoException = new Error(`${host}:${port} did not answer within ${CONNECT_MS} ms`)
    timedOut.code = 'ETIMEDOUT'
    throw timedOut
  }
}
