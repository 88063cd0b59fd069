/**
 * The fuzzer: packets of real programs, mutated with seeded random numbers.
 *
 * The attack: one datagram that makes the server throw, loop, grow or answer a response is enough to stop a name service, or to make
 * it attack another host. `FUZZ_PACKETS=1000000 tap run …` does the long run.
 */
import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { receive } from '../answer/query.ts'
import { messagesOf, respond } from '../server/respond.ts'
import { serviceOf } from '../testing/ask.ts'
import { EDNS_LIMIT } from '../wire/edns.ts'
import { decodeMessage, UDP_LIMIT } from '../wire/message.ts'
import { FormatError, Reader } from '../wire/reader.ts'
import { mutate } from './testing/mutate.ts'
import { PACKETS } from './testing/packets.ts'
import { ZONES } from './testing/peers.ts'
import { SeededNumbers } from './testing/random.ts'
import { framed, readZones, ServerProcess } from './testing/server-process.ts'

const { Packet } = createRequire(import.meta.url)('dns2') as typeof import('dns2')

const COUNT = Number(process.env.FUZZ_PACKETS ?? 30_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1035)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** The rule, written independently of the code: at least a header, and not a response. */
const isToBeAnswered = (packet: Buffer) => packet.length >= 12 && (packet.readUInt8(2) & 0x80) === 0

t.test(`${COUNT} mutated packets: a response or none, never an error`, async t => {
  const service = serviceOf(...readZones(ZONES))
  const random = new SeededNumbers(SEED)
  const wrong: string[] = []
  let heapBefore = 0
  for (let i = 0; i < COUNT; i++) {
    // At half of the packets caches are full and code is compiled.
    if (i === COUNT >> 1) heapBefore = heapUsed()
    const packet = mutate(PACKETS, random)
    const transport = random.oneIn(8) ? 'tcp' : 'udp'
    const fault = faultOf(packet, transport, i % 16 === 0)
    if (fault !== undefined) wrong.push(`${fault}: ${transport} ${packet.toString('hex')}`)
  }
  t.strictSame(wrong.slice(0, 5), [])
  const grown = heapUsed() - heapBefore
  t.ok(grown < 1024 * 1024, `the heap grew by ${grown} octets over ${COUNT >> 1} packets`)

  function faultOf(packet: Buffer, transport: 'udp' | 'tcp', decodeToo: boolean): string | undefined {
    const client = { address: `127.0.${random.below(256)}.${random.below(256)}`, port: 4242, transport } as const
    let answers: Buffer[]
    try {
      answers = [...messagesOf(respond(packet, client, service))]
    } catch (error) {
      return `it threw ${(error as Error).stack}`
    }
    if (isToBeAnswered(packet) !== answers.length > 0) return `${answers.length} answers`
    for (const answer of answers) {
      if (answer.readUInt16BE(0) !== packet.readUInt16BE(0)) return 'another ID'
      if ((answer.readUInt8(2) & 0x80) === 0) return 'the answer is a query'
      if ((answer.readUInt8(2) & 0x78) !== (packet.readUInt8(2) & 0x78)) return 'another opcode'
      if ((answer.readUInt8(3) & 0xc0) !== 0) return 'RA or Z'
      if (transport === 'udp' && answer.length > EDNS_LIMIT) return `${answer.length} octets over UDP`
      const { edns } = decodeMessage(answer)
      if (transport === 'udp' && !edns && answer.length > UDP_LIMIT) return `${answer.length} octets without EDNS`
      if (decodeToo) Packet.parse(answer)
    }
    return undefined
  }
})

t.test('the work for a query is bounded by its length, in items that the decoder reads', async t => {
  const random = new SeededNumbers(SEED)
  let most = 0
  for (let i = 0; i < COUNT / 3; i++) {
    const packet = mutate(PACKETS, random)
    const reader = new Reader(packet)
    receive(packet, reader)
    most = Math.max(most, reader.itemsRead / Math.max(packet.length, 1))
  }
  t.ok(most <= 2, `at most ${most} steps an octet`)
  const work = (packet: Buffer) => {
    const reader = new Reader(packet)
    receive(packet, reader)
    return reader.itemsRead
  }
  for (const [what, packet] of WORST) t.ok(work(packet) <= 2 * packet.length, `${what}: ${work(packet)} steps`)
})

t.test('the work for any message is bounded by its length, also with chains of pointers', async t => {
  for (const [what, packet] of WORST) {
    const reader = new Reader(packet)
    const before = process.cpuUsage().user
    try {
      decodeMessage(packet, reader)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
    }
    const steps = reader.itemsRead
    t.ok(
      steps <= 64 * packet.length,
      `${what}: ${steps} steps for ${packet.length} octets, ${process.cpuUsage().user - before} µs`,
    )
  }
})

/** Messages of 65,535 octets that cause as much work as possible. */
const WORST: readonly (readonly [what: string, packet: Buffer])[] = [
  ['records of eleven octets', large(Buffer.from('00ff000001000000000000', 'hex'), 1)],
  ['owners of 127 labels', large(Buffer.from(`${'0161'.repeat(127)}00ff000001000000000000`, 'hex'), 1)],
  ['options without data', large(Buffer.from('fde90000', 'hex'), 0, Buffer.from('000029100000000000ffe3', 'hex'))],
  ['a chain of pointers, and records that all begin at its end', chain()],
]

/** A header, one question, then `unit` until the message is full. */
function large(unit: Buffer, asRecords: 0 | 1, before: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.from('1234010000010000000000000000010001', 'hex')
  const units = Math.floor((65535 - head.length - before.length) / unit.length)
  head.writeUInt16BE(asRecords ? Math.min(units, 65535) : 1, 10)
  return Buffer.concat([head, before, ...Array<Buffer>(units).fill(unit)])
}

/** Each pointer points to the one before it: as many as a name may have (wire/name.ts), in both names of a record. */
function chain(): Buffer {
  const head = Buffer.from('1234010000010000000000000000010001', 'hex')
  // The first one points to a zero octet before it, the upper half of RDLENGTH, which is read as the root.
  const at = head.length + 11 - 2
  const links = Array.from({ length: 125 }, (_, i) => Buffer.from([0xc0 | ((at + 2 * i) >> 8), (at + 2 * i) & 0xff]))
  const start = head.length + 11 + 2 * links.length - 2
  const holder = Buffer.concat([Buffer.from('00fde900010000000000fa', 'hex'), ...links])
  const record = Buffer.concat([
    Buffer.from([0xc0 | (start >> 8), start & 0xff]),
    Buffer.from('00020001000000000002', 'hex'),
    Buffer.from([0xc0 | (start >> 8), start & 0xff]),
  ])
  const count = Math.floor((65535 - head.length - holder.length) / record.length)
  head.writeUInt16BE(count + 1, 10)
  return Buffer.concat([head, holder, ...Array<Buffer>(count).fill(record)])
}

t.test(
  'the same over sockets: exactly the messages that need a response get one, and the server keeps running',
  async t => {
    const server = await ServerProcess.start(t, { zones: ZONES })
    const random = new SeededNumbers(SEED + 1)
    const batch = (count: number) =>
      Array.from({ length: count }, (_, id) => {
        const packet = mutate(PACKETS, random)
        if (packet.length >= 2) packet.writeUInt16BE(id, 0)
        return packet
      })
    const wanted = (packets: readonly Buffer[]) => packets.flatMap((packet, id) => (isToBeAnswered(packet) ? [id] : []))
    const got = (answers: readonly Buffer[]) =>
      [...new Set(answers.map(answer => answer.readUInt16BE(0)))].sort((a, b) => a - b)
    for (let round = 0; round < 40; round++) {
      const packets = batch(50)
      t.strictSame(got(await server.udp(...packets)), wanted(packets), `UDP, round ${round}`)
    }
    for (let round = 0; round < 20; round++) {
      const packets = batch(50)
      t.strictSame(got(await server.tcp(...packets.map(framed))), wanted(packets), `TCP, round ${round}`)
    }
    for (let round = 0; round < 20; round++) {
      // Wrong lengths: the rest of the stream has no meaning, and must do no harm.
      await server.tcp(...batch(10), random.octets(300))
    }
    t.equal(server.spawned.process.exitCode, null)
    t.notMatch(server.spawned.output, /error/)
  },
)

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
