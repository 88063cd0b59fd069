/**
 * The notifier: sends a NOTIFY to the other name servers of a zone that has changed, until each has acknowledged it.
 *
 * Read beside: RFC 1996 §3.5 (the recipients), §3.6 (repetition), §3.8 (the acknowledgement)
 * Touches the world: one UDP socket, bound to the address of this server, by which its secondaries recognize it.
 */
import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Clock } from '#shared/clock.ts'
import type { Address, Ns } from '../rdata/layouts.ts'
import { CLASS, OPCODE, TYPE } from '../wire/codes.ts'
import { decodeHeader, HEADER_LENGTH } from '../wire/header.ts'
import { encodeMessage } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import { Reader } from '../wire/reader.ts'
import { nodeAt, type Zone, type Zones } from '../zone/zone.ts'

/** Milliseconds before a NOTIFY is repeated; doubled each time. RFC 1996 §3.6 suggests a minute for the Internet; a lab needs less. */
const FIRST_PAUSE = 1_000
const ATTEMPTS = 5

export class Notifier {
  readonly #socket: Socket
  readonly #port: number
  readonly #own: string
  readonly #clock: Clock
  /** The IDs of messages that are not acknowledged yet. */
  readonly #open = new Set<number>()

  private constructor(socket: Socket, own: string, port: number, clock: Clock) {
    this.#socket = socket
    this.#own = own
    this.#port = port
    this.#clock = clock
    socket.on('message', octets => {
      if (octets.length < HEADER_LENGTH) return
      const { id, qr, opcode } = decodeHeader(new Reader(octets))
      if (qr && opcode === OPCODE.NOTIFY) this.#open.delete(id)
    })
    // A secondary that is off causes an ICMP error at most; the message is repeated anyway.
    socket.on('error', () => undefined)
  }

  /** @param port of the secondaries, the same as of this server */
  static async open(own: string, port: number, clock: Clock): Promise<Notifier> {
    const socket = createSocket('udp4')
    socket.bind(0, own)
    await once(socket, 'listening')
    return new Notifier(socket, own, port, clock)
  }

  /** Messages that are not acknowledged yet. */
  get unacknowledged(): number {
    return this.#open.size
  }

  notify(zone: Zone, zones: Zones): void {
    for (const address of secondariesOf(zone, zones, this.#own)) {
      const id = randomInt(0x10000)
      this.#open.add(id)
      this.#send(encodeNotify(id, zone.origin), id, address, 0)
    }
  }

  async close(): Promise<void> {
    this.#open.clear()
    await new Promise<void>(closed => this.#socket.close(() => closed()))
  }

  #send(message: Buffer, id: number, address: string, attempt: number): void {
    if (!this.#open.has(id)) return
    if (attempt === ATTEMPTS) {
      this.#open.delete(id)
      return
    }
    this.#socket.send(message, this.#port, address, () => undefined)
    this.#clock.after(FIRST_PAUSE * 2 ** attempt, () => this.#send(message, id, address, attempt + 1))
  }
}

/** The addresses of all name servers of the zone that are in zones of this server, except its own address. */
export function secondariesOf(zone: Zone, zones: Zones, own: string): string[] {
  const servers = (zone.apex.rrsets.get(TYPE.NS)?.data ?? []) as readonly Ns[]
  const addresses = servers.flatMap(({ nsdname }) => {
    const home = zones.nearest(nsdname)
    const rrset = home && nodeAt(home, nsdname)?.rrsets.get(TYPE.A)
    return ((rrset?.data ?? []) as readonly Address[]).map(({ address }) => address)
  })
  return [...new Set(addresses)].filter(address => address !== own)
}

function encodeNotify(id: number, origin: Name): Buffer {
  const flags = { qr: false, aa: true, tc: false, rd: false, ra: false, ad: false, cd: false, rcode: 0 }
  const sections = { answer: [], authority: [], additional: [], edns: undefined }
  const questions = [{ name: origin, type: TYPE.SOA, class: CLASS.IN }]
  return encodeMessage({ ...flags, ...sections, id, opcode: OPCODE.NOTIFY, questions }, 512)
}
