/**
 * Exercise 04: where does this request end?
 *
 * Read beside: body-framing.ts (the stub), edge-proxy/http1/body-framing.ts (ours)
 * Pure.
 */
import type { BodyFraming, requestFraming as RequestFraming } from '../../edge-proxy/http1/body-framing.ts'
import { FramingError } from '../../edge-proxy/http1/framing-error.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { integer, oneFrom } from '../exercise/random.ts'

export interface FramingInput {
  /** Name and value of each field. */
  readonly fields: readonly (readonly [string, string])[]
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  readonly minor: number
}

const framed = (...fields: (readonly [string, string])[]): FramingInput => ({ fields, minor: 1 })
const KINDS: readonly BodyFraming['kind'][] = ['none', 'length', 'chunked', 'close']

export const exercise: Exercise<FramingInput> = {
  number: '04',
  title: 'Onde termina esta requisição?',
  file: 'body-framing.ts',
  replaces: 'edge-proxy/http1/body-framing.ts',
  functions: ['requestFraming'],
  throws: ['FramingError'],
  imports: ['edge-proxy/http1/framing-error.ts', 'edge-proxy/http1/fields.ts'],
  components: ['frontend1', 'frontend2', 'frontend3'],
  without: {},
  shownIn: ['edge.received', 'edge.refused', 'edge.local'],
  cases: [
    { name: 'sem nenhum dos dois campos: não há corpo (RFC 9112 §6.3, regra 7)', input: framed(['Host', 'x']) },
    { name: 'Content-Length: 5', input: framed(['Content-Length', '5']) },
    { name: 'Content-Length: 0', input: framed(['Content-Length', '0']) },
    { name: 'o nome do campo em maiúsculas', input: framed(['CONTENT-LENGTH', '7']) },
    { name: 'Transfer-Encoding: chunked', input: framed(['Transfer-Encoding', 'chunked']) },
    {
      name: 'Transfer-Encoding: Chunked (as codificações não diferenciam maiúsculas)',
      input: framed(['Transfer-Encoding', 'Chunked']),
    },
    {
      name: 'os dois juntos: 400, pode ser request smuggling (§6.3, regra 3)',
      input: framed(['Content-Length', '5'], ['Transfer-Encoding', 'chunked']),
    },
    {
      name: 'dois Content-Length diferentes: 400 (§6.3, regra 5)',
      input: framed(['Content-Length', '5'], ['Content-Length', '6']),
    },
    {
      name: 'dois Content-Length iguais: aqui, 400 também',
      input: framed(['Content-Length', '5'], ['Content-Length', '5']),
    },
    { name: 'Content-Length: +5 não é um número de dígitos (RFC 9110 §8.6)', input: framed(['Content-Length', '+5']) },
    { name: 'Content-Length: -1', input: framed(['Content-Length', '-1']) },
    { name: 'Content-Length: 0x10', input: framed(['Content-Length', '0x10']) },
    { name: 'Content-Length: 5, 5', input: framed(['Content-Length', '5, 5']) },
    { name: 'Content-Length vazio', input: framed(['Content-Length', '']) },
    { name: 'Content-Length: 1e3', input: framed(['Content-Length', '1e3']) },
    { name: 'um número maior que 2^53 − 1', input: framed(['Content-Length', '9007199254740992']) },
    {
      name: 'Transfer-Encoding: identity não termina com chunked: 400 (§6.1)',
      input: framed(['Transfer-Encoding', 'identity']),
    },
    {
      name: 'Transfer-Encoding: gzip, chunked: 501, não sabemos ler gzip (§6.1)',
      input: framed(['Transfer-Encoding', 'gzip, chunked']),
    },
    { name: 'Transfer-Encoding: chunked, gzip: 400 (§6.1)', input: framed(['Transfer-Encoding', 'chunked, gzip']) },
    {
      name: 'chunked duas vezes: 400',
      input: framed(['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'chunked']),
    },
    {
      name: 'HTTP/1.0 não tem Transfer-Encoding: 400 (§6.1)',
      input: { fields: [['Transfer-Encoding', 'chunked']], minor: 0 },
    },
    { name: 'HTTP/1.0 com Content-Length', input: { fields: [['Content-Length', '3']], minor: 0 } },
  ],
  generate: random => ({
    fields: Array.from({ length: integer(random, 0, 3) }, () =>
      oneFrom(random, [
        ['Content-Length', `${integer(random, 0, 99_999)}`],
        ['content-length', oneFrom(random, ['12', '012', ' ', '1 2', '٣', '1.0', '4_0'])],
        [
          'Transfer-Encoding',
          oneFrom(random, ['chunked', 'CHUNKED', 'xchunked', 'chunked, chunked', 'gzip', ', chunked']),
        ],
        ['Host', 'www.meutrabalho.com.br'],
      ] as const),
    ),
    minor: random() < 0.8 ? 1 : 0,
  }),
  run: ({ requestFraming }: StudentModule, { fields, minor }) => {
    const parsed = fields.map(([name, value]) => ({ name, key: name.toLowerCase(), value }))
    const framing = (requestFraming as typeof RequestFraming)(parsed, minor)
    return framing.kind === 'length' ? { kind: framing.kind, length: framing.length } : { kind: framing.kind }
  },
  problemWith: (_, value) => {
    const { kind, length } = (value ?? {}) as { kind?: BodyFraming['kind']; length?: number }
    if (kind === undefined || !KINDS.includes(kind)) return 'kind não é none, length nem chunked'
    return kind !== 'length' || Number.isSafeInteger(length) ? undefined : 'length não é um número inteiro'
  },
  // The edge proxy answers 400 to this request, and closes its connection.
  afterFailure: (name, _, why) => {
    throw new FramingError(400, 'lab', `${name}: ${why}`)
  },
}
