/**
 * Zones and questions for tests, written as text.
 *
 * Pure: text in, zones and messages out.
 */

import type { DnsClient, Transport } from '../answer/decider.ts'
import { Orderer } from '../answer/orderer.ts'
import { formatRdata } from '../rdata/layouts.ts'
import { type DeciderOptions, decidersFor } from '../server/deciders.ts'
import { type DnsService, respond } from '../server/respond.ts'
import { CLASS, typeName, typeNumber } from '../wire/codes.ts'
import type { Edns } from '../wire/edns.ts'
import { type DnsMessage, decodeMessage, encodeMessage } from '../wire/message.ts'
import { formatName, parseName } from '../wire/name-text.ts'
import type { ResourceRecord } from '../wire/record.ts'
import { checkZone, formatProblem } from '../zone/check.ts'
import { type Zone, Zones } from '../zone/zone.ts'

export function zoneOf(origin: string, text: string): Zone {
  const { zone, problems } = checkZone(text, `db.${origin}`, parseName(origin))
  if (!zone) throw new Error(problems.map(formatProblem).join('\n'))
  return zone
}

/** A primary that gives its zones to every address, without a rate limit, at a fixed time. */
export function serviceOf(...zones: Zone[]): DnsService {
  return serviceWith({ zones: new Zones(zones) })
}

/** {@link serviceOf}, with other options. */
export function serviceWith(options: Partial<DeciderOptions>, orderer = new Orderer()): DnsService {
  const all: DeciderOptions = {
    zones: new Zones(),
    identity: { name: 'ns1', version: 'test' },
    cookies: { secret: Buffer.alloc(16, 7), now: () => 1_700_000_000 },
    mayTransfer: () => true,
    notified: undefined,
    rateLimit: undefined,
    isLimited: () => true,
    ...options,
  }
  return { zones: all.zones, orderer, deciders: decidersFor(all) }
}

export interface QueryOptions {
  readonly id?: number
  readonly rd?: boolean
  readonly opcode?: number
  readonly class?: number
  readonly edns?: Partial<Edns>
  /** A type that has no name in codes.ts. */
  readonly type?: number
}

export const PLAIN_EDNS: Edns = { payload: 1232, extendedRcode: 0, version: 0, do: false, options: [] }

/** The octets of a query: `queryOf('www.example', 'A')`. */
export function queryOf(name: string, type: string, options: QueryOptions = {}): Buffer {
  const number = options.type ?? typeNumber(type)
  if (number === undefined) throw new RangeError(`there is no type ${type}`)
  const { id = 0x1234, rd = false, opcode = 0 } = options
  const flags = { qr: false, aa: false, tc: false, ra: false, ad: false, cd: false, rcode: 0 }
  return encodeMessage(
    {
      ...flags,
      ...{ id, rd, opcode, answer: [], authority: [], additional: [] },
      questions: [{ name: parseName(name), type: number, class: options.class ?? CLASS.IN }],
      edns: options.edns && { ...PLAIN_EDNS, ...options.edns },
    },
    65535,
  )
}

export const client = (transport: Transport = 'udp'): DnsClient => ({ address: '127.0.0.1', port: 4242, transport })

/** Asks, and decodes the response. */
export function ask(
  service: DnsService,
  name: string,
  type: string,
  options: QueryOptions = {},
  by = client(),
): DnsMessage {
  const { response } = respond(queryOf(name, type, options), by, service)
  if (!response) throw new Error('no response')
  return decodeMessage(response)
}

/** `www.example. 300 A 192.0.2.1`: the form in which tests compare records. */
export function show(records: readonly ResourceRecord[]): string[] {
  return records.map(
    ({ name, ttl, type, data }) => `${formatName(name)} ${ttl} ${typeName(type)} ${formatRdata(type, data)}`,
  )
}
