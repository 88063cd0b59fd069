/**
 * The property of the fast path: each of its answers is, octet by octet, the answer of the plain path, over random zones and random
 * questions, and both move the same turns.
 */
import t from 'tap'
import type { Policy } from '../answer/order.ts'
import { mutate } from '../conformance/testing/mutate.ts'
import { PACKETS } from '../conformance/testing/packets.ts'
import { ZONES } from '../conformance/testing/peers.ts'
import { describe as describeQuestion, questionsAbout } from '../conformance/testing/questions.ts'
import { SeededNumbers } from '../conformance/testing/random.ts'
import { readZones } from '../conformance/testing/server-process.ts'
import { respond } from '../server/respond.ts'
import { client, queryOf, serviceOf, zoneOf } from '../testing/ask.ts'
import { typeNumber } from '../wire/codes.ts'
import type { Zone } from '../zone/zone.ts'
import { compile } from './compile.ts'
import { answerFast } from './fast-path.ts'
import type { Table } from './table.ts'

const SEED = Number(process.env.FUZZ_SEED ?? 4343)
const RANDOM_ZONES = Number(process.env.RANDOM_ZONES ?? 150)

/** Two servers with the same zones, one with the fast path and one without. */
class Pair {
  readonly #plain: ReturnType<typeof serviceOf>
  readonly #fast: ReturnType<typeof serviceOf>
  readonly #table: Table
  asked = 0
  answeredFast = 0

  constructor(zones: readonly Zone[], policy: Policy = 'cyclic') {
    this.#plain = serviceOf(...zones)
    this.#fast = serviceOf(...zones)
    this.#plain.orderer.policy = policy
    this.#fast.orderer.policy = policy
    this.#table = compileAll(this.#fast)
  }

  /** @returns both answers in hexadecimal, when they are not the same */
  difference(query: Buffer): { fast: string; plain: string } | undefined {
    const expected = respond(query, client(), this.#plain)
    let counted: string | undefined
    const fast = answerFast(query, this.#table, this.#fast.orderer, (type, rcode) => {
      counted = `${type} ${rcode}`
    })
    this.asked++
    if (fast) this.answeredFast++
    const answer = fast ?? respond(query, client(), this.#fast).response
    const wanted = expected.question && `${expected.question.type} ${expected.rcode}`
    const same = answer?.toString('hex') === expected.response?.toString('hex') && (!fast || counted === wanted)
    if (same) return undefined
    return {
      fast: `${answer?.toString('hex')} (${counted})`,
      plain: `${expected.response?.toString('hex')} (${wanted})`,
    }
  }
}

function compileAll(service: ReturnType<typeof serviceOf>): Table {
  const compiling = compile(service.zones, service.orderer)
  for (;;) {
    const { done, value } = compiling.next()
    if (done) return value
  }
}

t.test('the fast path gives the answers of the plain path: the zones of the differential test', async t => {
  for (const policy of ['cyclic', 'query-id', 'fixed'] as const) {
    const zones = readZones(ZONES)
    const pair = new Pair(zones, policy)
    for (const asked of questionsAbout(zones, new SeededNumbers(SEED), 3000)) {
      const difference = pair.difference(asked.octets)
      if (difference) t.strictSame(difference.fast, difference.plain, `${policy}: ${describeQuestion(asked)}`)
    }
    t.ok(pair.answeredFast > pair.asked / 2, `${policy}: ${pair.answeredFast} of ${pair.asked} were answered fast`)
  }
})

t.test(`the fast path gives the answers of the plain path: ${RANDOM_ZONES} random zones`, async t => {
  const random = new SeededNumbers(SEED)
  let asked = 0
  let answeredFast = 0
  for (let i = 0; i < RANDOM_ZONES; i++) {
    const texts = [randomZone(random), randomZone(random)]
    const zones = [zoneOf('z.', texts[0] as string), zoneOf(random.pick(['b.z.', 'y.', 'a.z.']), texts[1] as string)]
    const pair = new Pair(zones)
    for (const asked of questionsAbout(zones, random, 200)) {
      const difference = pair.difference(asked.octets)
      if (difference)
        t.strictSame(difference.fast, difference.plain, `${describeQuestion(asked)}\n${texts.join('\n---\n')}`)
    }
    asked += pair.asked
    answeredFast += pair.answeredFast
  }
  t.ok(answeredFast > asked / 3, `${answeredFast} of ${asked} were answered fast`)
})

t.test('the fast path gives the answer of the plain path, or none: mutated packets', async t => {
  const random = new SeededNumbers(SEED)
  const pair = new Pair(readZones(ZONES))
  for (let i = 0; i < 20_000; i++) {
    const packet = mutate(PACKETS, random)
    const difference = pair.difference(packet)
    if (difference) t.strictSame(difference.fast, difference.plain, packet.toString('hex'))
  }
  t.ok(pair.answeredFast > 500, `${pair.answeredFast} of ${pair.asked} were answered fast`)
})

t.test('names in the SOA that do not exist are answered correctly by the plain path', async t => {
  const zone = zoneOf('z.', '$TTL 60\n@ SOA hidden.ns host.mail 1 2 3 4 5\n@ NS ns.y.\nmail A 192.0.2.1\n* TXT "w"\n')
  const pair = new Pair([zone])
  for (const name of [
    'ns.z.',
    'x.ns.z.',
    'hidden.ns.z.',
    'x.hidden.ns.z.',
    'mail.z.',
    'x.mail.z.',
    'host.mail.z.',
    'q.z.',
  ]) {
    for (const type of ['A', 'TXT', 'SOA', 'NS'])
      t.equal(pair.difference(queryOf(name, type)), undefined, `${name} ${type}`)
  }
})

t.test('a wildcard whose answer contains the queried name is answered correctly by the plain path', async t => {
  const apex = '$TTL 60\n@ SOA ns.y. host.y. 1 2 3 4 5\n@ NS ns.y.\n'
  const pair = new Pair([zoneOf('z.', `${apex}* MX 1 gone\n* SRV 0 0 1 deep.gone\n* HTTPS 0 svc\nsvc HTTPS 1 lost\n`)])
  for (const name of ['gone.z.', 'x.gone.z.', 'deep.gone.z.', 'lost.z.', 'x.lost.z.', 'other.z.']) {
    for (const type of ['MX', 'SRV', 'HTTPS'])
      t.equal(pair.difference(queryOf(name, type)), undefined, `${name} ${type}`)
  }
})

/** Few labels and every kind of record, so that names coincide: aliases of wildcards, cuts below wildcards, targets in the SOA. */
function randomZone(random: SeededNumbers): string {
  const label = () => random.pick(['a', 'b', 'c', 'ns', 'host', 'A', '*'])
  const owner = () => Array.from({ length: 1 + random.below(3) }, label).join('.')
  const target = () => random.pick([owner, owner, owner, () => `${owner()}.z.`, () => `${owner()}.y.`, () => '@'])()
  const lines = ['$TTL 300', `@ SOA ${target()} ${target()} 1 60 15 86400 ${random.below(600)}`, '@ NS ns.elsewhere.']
  const cut: string[] = []
  const aliases = new Set<string>()
  const taken = new Set<string>()
  for (let i = 0; i < 4 + random.below(14); i++) {
    const name = random.oneIn(12) ? '@' : owner()
    const key = name.toLowerCase()
    if (aliases.has(key)) continue
    const kind = random.below(10)
    if (kind === 0 && !taken.has(key) && name !== '@') {
      aliases.add(key)
      lines.push(`${name} CNAME ${target()}`)
      continue
    }
    taken.add(key)
    if (kind === 1 && name !== '@' && !name.startsWith('*')) cut.push(`${name} NS ${target()}`)
    else lines.push(`${name} ${randomData(random, target)}`)
  }
  return `${[...lines, ...cut].join('\n')}\n`
}

function randomData(random: SeededNumbers, target: () => string): string {
  const address = () => `192.0.2.${random.below(256)}`
  return random.pick([
    () => `A ${address()}`,
    () => `A ${address()}`,
    () => `AAAA 2001:db8::${random.below(99)}`,
    () => `MX ${random.below(3)} ${target()}`,
    () => `TXT "${'x'.repeat(random.below(250))}"`,
    () => `SRV 0 0 80 ${target()}`,
    () => `PTR ${target()}`,
    () => `HTTPS ${random.below(2)} ${target()}`,
    () => `TYPE${random.pick([typeNumber('A'), 65280])} \\# 4 c0000201`,
  ])()
}
