/**
 * Random zone files: real ones, cut and spliced with seeded random numbers. The result is always a zone or a list of problems with
 * positions, and a zone can be written and read again.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { SeededNumbers } from '../conformance/testing/random.ts'
import { formatRdata } from '../rdata/layouts.ts'
import { typeName } from '../wire/codes.ts'
import { formatName, parseName } from '../wire/name-text.ts'
import { checkZone, formatProblem } from './check.ts'
import { recordsIn, type Zone } from './zone.ts'

const FOLDERS = [join(import.meta.dirname, '..', 'zones'), join(import.meta.dirname, '..', 'conformance', 'zones')]
const TEXTS = FOLDERS.flatMap(folder =>
  readdirSync(folder)
    .filter(name => name.startsWith('db.'))
    .map(name => readFileSync(join(folder, name), 'latin1')),
)
const SPLICES = [
  '(',
  ')',
  '"',
  '\\',
  '\n',
  ' ',
  '\t',
  ';',
  '$TTL ',
  '$ORIGIN ',
  '$INCLUDE x ',
  '\\# 3 ',
  '\\#',
  '@',
  '.',
  '..',
  '*',
]
const WORDS = [
  'IN',
  'CH',
  'A',
  'SOA',
  'TYPE0',
  'TYPE65535',
  '4294967296',
  '-1',
  '1w1d',
  '\0',
  '\xff',
  'alpn=',
  'key1=',
  'mandatory=',
  '::',
]
const ORIGIN = parseName('test.')
const SEED = 7

function mutated(random: SeededNumbers): string {
  let text = random.pick(TEXTS)
  for (let edits = 1 + random.below(5); edits > 0; edits--) {
    const at = random.below(text.length)
    const kind = random.below(4)
    if (kind === 0) text = text.slice(0, at) + random.pick([...SPLICES, ...WORDS]) + text.slice(at)
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + random.below(60))
    else if (kind === 2) text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1)
    else text = text.slice(0, at) + random.pick(TEXTS).slice(at, at + random.below(200)) + text.slice(at)
  }
  return text
}

/** Each record on a line of its own, with complete names. */
function written(zone: Zone): string {
  return [...recordsIn(zone)]
    .map(({ name, ttl, type, data }) => `${formatName(name)} ${ttl} ${typeName(type)} ${formatRdata(type, data)}\n`)
    .join('')
}

t.test('checkZone() returns a zone or problems with positions, for any text', async t => {
  const random = new SeededNumbers(SEED)
  let served = 0
  for (let i = 0; i < 1500; i++) {
    const text = mutated(random)
    const { zone, problems } = checkZone(text, 'db.test', ORIGIN)
    if (zone) served++
    const badPlaces = problems
      .map(formatProblem)
      .filter(line => !/^(db\.test|x):[1-9]\d*:[1-9]\d*: (error|warning): ./.test(line))
    if (badPlaces.length > 0 || (!zone && problems.length === 0)) t.fail('no place', { text, problems })
    if (zone) {
      const again = checkZone(written(zone), 'db.test', ORIGIN).zone
      if (!again || written(again) !== written(zone)) t.fail('not the same when written and read again', { text })
    }
  }
  t.ok(served > 100 && served < 1400, `${served} of 1500 were still zones`)
})
