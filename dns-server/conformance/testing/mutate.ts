/**
 * Mutations of packets for the fuzzer.
 *
 * Pure: random numbers and packets in, a packet out.
 */
import type { SeededNumbers } from './random.ts'

/** A packet with one to four mutations. */
export function mutate(packets: readonly Buffer[], random: SeededNumbers): Buffer {
  let packet = Buffer.from(random.pick(packets))
  for (let i = random.below(4); i >= 0; i--) packet = Buffer.from(random.pick(MUTATIONS)(packet, random, packets))
  return packet
}

type Mutation = (packet: Buffer, random: SeededNumbers, packets: readonly Buffer[]) => Buffer

const MUTATIONS: readonly Mutation[] = [
  function flipBit(packet, random) {
    const at = random.below(packet.length + 1)
    if (at < packet.length) packet.writeUInt8(packet.readUInt8(at) ^ (1 << random.below(8)), at)
    return packet
  },
  function setOctet(packet, random) {
    const at = random.below(packet.length + 1)
    if (at < packet.length) packet.writeUInt8(random.pick([0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff]), at)
    return packet
  },
  function setCount(packet, random) {
    if (packet.length >= 12) packet.writeUInt16BE(random.pick([0, 1, 2, 255, 65535]), 4 + 2 * random.below(4))
    return packet
  },
  function setType(packet, random) {
    const at = packet.indexOf(Buffer.from([0, 0, 1]))
    const end = packet.indexOf(0, 12)
    const offset = end >= 0 && end + 3 <= packet.length ? end + 1 : at
    if (offset >= 0 && offset + 2 <= packet.length)
      packet.writeUInt16BE(random.pick([0, 1, 6, 41, 251, 252, 255]), offset)
    return packet
  },
  function truncate(packet, random) {
    return packet.subarray(0, random.below(packet.length + 1))
  },
  function extend(packet, random) {
    return Buffer.concat([packet, random.octets(random.below(64))])
  },
  function insertPointer(packet, random) {
    const at = random.below(packet.length + 1)
    const pointer = Buffer.from([0xc0 | random.below(2), random.below(256)])
    return Buffer.concat([packet.subarray(0, at), pointer, packet.subarray(at)])
  },
  function removeRun(packet, random) {
    const at = random.below(packet.length + 1)
    return Buffer.concat([packet.subarray(0, at), packet.subarray(at + random.below(8))])
  },
  function repeatRun(packet, random) {
    const at = random.below(packet.length + 1)
    const run = packet.subarray(at, at + random.below(24))
    return Buffer.concat([packet.subarray(0, at), ...Array<Buffer>(random.below(6)).fill(run), packet.subarray(at)])
  },
  function splice(packet, random, packets) {
    const other = random.pick(packets)
    return Buffer.concat([
      packet.subarray(0, random.below(packet.length + 1)),
      other.subarray(random.below(other.length)),
    ])
  },
]
