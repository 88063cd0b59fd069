/**
 * Right and wrong solutions of the exercises, as a student might write them. Each wrong one has the mistake as its name.
 *
 * Pure: source texts.
 */

export interface Solutions {
  readonly right: string
  readonly wrong: Readonly<Record<string, string>>
}

const READER = `import { FormatError } from '../../dns-server/wire/reader.ts'\n`
const FRAMING = `import { FramingError } from '../../edge-proxy/http1/framing-error.ts'
import { listOf } from '../../edge-proxy/http1/fields.ts'\n`

const NAME = `${READER}export function decodeName(reader) {
  const { octets } = reader
  const labels = []
  let at = reader.offset, start = at, end = -1, length = 1
  for (;;) {
    const size = octets[at]
    if (size === undefined) throw new FormatError('fim')
    if (size === 0) break
    if (size >= 0xc0) {
      if (octets[at + 1] === undefined) throw new FormatError('fim')
      const target = ((size & 0x3f) << 8) | octets[at + 1]
      if (end < 0) end = at + 2
      if (target >= start) throw new FormatError('para a frente')
      at = start = target
      continue
    }
    if (size > 63) throw new FormatError('tipo')
    length += size + 1
    if (length > 255) throw new FormatError('longo')
    if (at + 1 + size > octets.length) throw new FormatError('fim')
    labels.push(octets.toString('latin1', at + 1, at + 1 + size))
    at += size + 1
  }
  reader.offset = end < 0 ? at + 1 : end
  return labels
}`

const ROTATION = `export const rotate = (count, start) => Array.from({ length: count }, (_, i) => (start + i) % count)
export const nextStart = (count, sent, start) => ((sent.length > 0 ? sent[0] : start) + 1) % count`

const HEALTH = `export function observe(health, passed, { rise, fall }) {
  if (!health.known) return { healthy: passed, disagreeing: 0, known: true }
  if (passed === health.healthy) return { ...health, disagreeing: 0 }
  const disagreeing = health.disagreeing + 1
  if (disagreeing < (passed ? rise : fall)) return { ...health, disagreeing }
  return { healthy: passed, disagreeing: 0, known: true }
}`

const BODY = `${FRAMING}export function requestFraming(fields, minor) {
  const lengths = fields.filter(({ key }) => key === 'content-length').map(({ value }) => value)
  if (lengths.length > 1) throw new FramingError(400, '', '')
  const coded = fields.some(({ key }) => key === 'transfer-encoding')
  if (!coded) {
    if (lengths.length === 0) return { kind: 'none' }
    if (!/^[0-9]+$/.test(lengths[0]) || Number(lengths[0]) > Number.MAX_SAFE_INTEGER) throw new FramingError(400, '', '')
    return { kind: 'length', length: Number(lengths[0]) }
  }
  if (minor === 0 || lengths.length > 0) throw new FramingError(400, '', '')
  const codings = listOf(fields, 'transfer-encoding')
  if (codings.length === 1 && codings[0] === 'chunked') return { kind: 'chunked' }
  const other = codings.some(coding => coding !== 'chunked')
  throw new FramingError(other && codings.at(-1) === 'chunked' ? 501 : 400, '', '')
}`

const TURN = `export function nextTurn(candidates, available, credits) {
  let total = 0, index = -1
  const next = candidates.map(({ weight }, i) => {
    const before = credits[i] ?? 0
    if (!available(i)) return before
    total += weight
    return before + weight
  })
  for (let i = 0; i < next.length; i++) if (available(i) && (index < 0 || next[i] > next[index])) index = i
  if (index >= 0) next[index] -= total
  return { index, credits: next }
}`

const SALE = `export const reserve = (seats, quantity) =>
  seats.available >= quantity ? { ...seats, available: seats.available - quantity } : undefined
export const giveBack = (seats, { quantity }) => ({ ...seats, available: seats.available + quantity })
export const obstacle = ({ state, expiresAt }, now) =>
  state !== 'reserved' ? state : now >= expiresAt ? 'expired' : undefined`

/** By the number of the exercise. */
export const SOLUTIONS: Readonly<Record<string, Solutions>> = {
  '01': {
    right: NAME,
    wrong: {
      'pointers are followed in any direction': NAME.replace('if (target >= start)', 'if (false)'),
      'reading goes on after the last pointer, not the first': NAME.replace(
        'if (end < 0) end = at + 2',
        'end = at + 2',
      ),
      'the length of the name is not limited': NAME.replace('if (length > 255)', 'if (false)'),
      'the high bits of a pointer are lost': NAME.replace('((size & 0x3f) << 8) | ', ''),
      'another class of error': NAME.replaceAll('new FormatError', 'new RangeError'),
    },
  },
  '02': {
    right: ROTATION,
    wrong: {
      'the list does not go round': ROTATION.replace('(start + i) % count)', 'start + i)'),
      'a shuffle, not a rotation': ROTATION.replace('(start + i) % count)', 'i).sort(() => Math.random() - 0.5)'),
      'the next start does not consider the records that were left out': ROTATION.replace(
        '(sent.length > 0 ? sent[0] : start)',
        'start',
      ),
      'a counter of its own for the whole server': `let calls = 0\n${ROTATION.replace('(start + i) %', '(calls++ + i) %')}`,
    },
  },
  '03': {
    right: HEALTH,
    wrong: {
      'one failure is enough': HEALTH.replace('disagreeing < (passed ? rise : fall)', 'false'),
      'failures need not be in a row': HEALTH.replace('return { ...health, disagreeing: 0 }', 'return health'),
      'rise and fall are exchanged': HEALTH.replace('passed ? rise : fall', 'passed ? fall : rise'),
      'one check too many': HEALTH.replace('disagreeing < (', 'disagreeing <= ('),
    },
  },
  '04': {
    right: BODY,
    wrong: {
      'Number() reads the length': BODY.replace('!/^[0-9]+$/.test(lengths[0])', 'Number.isNaN(Number(lengths[0]))'),
      'Transfer-Encoding wins over Content-Length': BODY.replace('minor === 0 || lengths.length > 0', 'minor === 0'),
      'the last Content-Length wins': BODY.replace('lengths.length > 1', 'false').replaceAll(
        'lengths[0]',
        'lengths.at(-1)',
      ),
      'any coding that contains chunked': BODY.replace(
        "codings.length === 1 && codings[0] === 'chunked'",
        "codings.join().includes('chunked')",
      ),
    },
  },
  '05': {
    right: TURN,
    wrong: {
      'availability is ignored': TURN.replaceAll('available(i)', 'true'),
      'weights are ignored': TURN.replaceAll('weight', '1').replace('({ 1 }, i)', '(_, i)'),
      'always the first that is available': TURN.replace('next[i] > next[index]', 'false'),
      'those that are not available earn too': TURN.replace('if (!available(i)) return before\n', ''),
    },
  },
  '09': {
    right: SALE,
    wrong: {
      'the last seats are not sold': SALE.replace('available >= quantity', 'available > quantity'),
      'more is sold than there is': SALE.replace('seats.available >= quantity', 'seats.available > 0'),
      'cancelled seats are lost': SALE.replace('available + quantity', 'available'),
      'valid for one millisecond too long': SALE.replace('now >= expiresAt', 'now > expiresAt'),
      'what was bought expires': SALE.replace(
        "state !== 'reserved' ? state : now >= expiresAt ? 'expired' : undefined",
        "now >= expiresAt ? 'expired' : state === 'reserved' ? undefined : state",
      ),
    },
  },
}
