/**
 * Exercise 01: decode a name with compression.
 *
 * Read beside: name.ts (the stub), dns-server/wire/name.ts (ours)
 * Pure.
 */
import type { decodeName as DecodeName } from '../../dns-server/wire/name.ts'
import { FormatError, Reader } from '../../dns-server/wire/reader.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { integer, oneFrom } from '../exercise/random.ts'

export interface NameInput {
  /** The octets of a message, as hexadecimal digits. */
  readonly hex: string
  /** Where the name begins. */
  readonly offset: number
}

const hex = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('hex')

const LABELS = ['www', 'meutrabalho', 'com', 'br', 'a', 'frontend1', 'backends', 'x'.repeat(63)]

export const exercise: Exercise<NameInput> = {
  number: '01',
  title: 'Ler um nome com compressão',
  file: 'name.ts',
  replaces: 'dns-server/wire/name.ts',
  functions: ['decodeName'],
  throws: ['FormatError'],
  imports: ['dns-server/wire/reader.ts'],
  components: ['ns1'],
  // The prepared answers are found without decoding a name.
  without: {
    'dns-server/compiled/compiled.ts': 'export class Compiled {\n  size = 0\n  answer() { return undefined }\n}',
  },
  shownIn: ['dns.query'],
  cases: [
    { name: 'www.com: dois rótulos (RFC 1035 §3.1)', input: { hex: hex([3], 'www', [3], 'com', [0]), offset: 0 } },
    { name: 'a raiz: nenhum rótulo', input: { hex: hex([0]), offset: 0 } },
    {
      name: 'um ponteiro no fim (RFC 1035 §4.1.4): a leitura continua depois do ponteiro',
      input: { hex: hex([3], 'com', [0, 3], 'www', [0xc0, 0, 0xff]), offset: 5 },
    },
    {
      name: 'um ponteiro para um nome que também termina com um ponteiro',
      input: { hex: hex([2], 'br', [0, 3], 'com', [0xc0, 0, 3], 'www', [0xc0, 4]), offset: 10 },
    },
    { name: 'um ponteiro e nada mais', input: { hex: hex([3], 'com', [0, 0xc0, 0]), offset: 5 } },
    {
      name: 'um rótulo pode conter qualquer byte (RFC 2181 §11)',
      input: { hex: hex([4], 'a.\x00\xff', [0]), offset: 0 },
    },
    { name: 'um ponteiro para si mesmo é recusado', input: { hex: hex([0xc0, 0]), offset: 0 } },
    { name: 'um ponteiro para a frente é recusado', input: { hex: hex([0xc0, 2, 3], 'com', [0]), offset: 0 } },
    {
      name: 'dois ponteiros que apontam um para o outro são recusados',
      input: { hex: hex([0xc0, 2, 0xc0, 0]), offset: 2 },
    },
    { name: 'a mensagem termina dentro de um rótulo', input: { hex: hex([5], 'www'), offset: 0 } },
    { name: 'a mensagem termina antes do zero', input: { hex: hex([3], 'www'), offset: 0 } },
    { name: 'a mensagem termina dentro de um ponteiro', input: { hex: hex([3], 'www', [0xc0]), offset: 0 } },
    {
      name: 'um byte de tamanho que começa com 01 é recusado (RFC 6891 §5)',
      input: { hex: hex([0x41, 1, 0]), offset: 0 },
    },
    {
      name: 'um nome de 255 bytes, o maior permitido (RFC 1035 §2.3.4)',
      input: { hex: hex(...[63, 63, 63, 61].flatMap(length => [[length], 'x'.repeat(length)]), [0]), offset: 0 },
    },
    {
      name: 'um nome de 256 bytes é recusado',
      input: { hex: hex(...[63, 63, 63, 62].flatMap(length => [[length], 'x'.repeat(length)]), [0]), offset: 0 },
    },
  ],
  generate: random => {
    const octets = Array.from({ length: random() < 0.2 ? 256 : 0 }, () => 0)
    const starts: number[] = []
    for (let name = integer(random, 1, 4); name > 0; name--) {
      starts.push(octets.length)
      for (let label = integer(random, 0, 3); label > 0; label--) {
        const text = oneFrom(random, LABELS)
        octets.push(text.length, ...Buffer.from(text))
      }
      const pointer = random() < 0.6 && starts.length > 1
      const target = oneFrom(random, starts.slice(0, -1))
      if (pointer) octets.push(0xc0 | (target >> 8), target & 0xff)
      else octets.push(0)
    }
    // Sometimes the message is cut, or a pointer leads to the name itself.
    if (random() < 0.15) octets.length = integer(random, 1, octets.length)
    const offset = Math.min(starts.at(-1) ?? 0, octets.length - 1)
    if (random() < 0.1) octets.push(0xc0 | (offset >> 8), offset & 0xff)
    return { hex: Buffer.from(octets).toString('hex'), offset }
  },
  run: ({ decodeName }: StudentModule, { hex, offset }) => {
    const reader = new Reader(Buffer.from(hex, 'hex'), offset)
    const labels = (decodeName as typeof DecodeName)(reader)
    return { labels: [...labels], offset: reader.offset }
  },
  problemWith: (_, value) =>
    Array.isArray(value) && value.every(label => typeof label === 'string') ? undefined : 'não é uma lista de rótulos',
  // The DNS server answers FORMERR.
  afterFailure: (name, _, why) => {
    throw new FormatError(`${name}: ${why}`)
  },
}
