/**
 * The same heads, parsed by this edge and by the strict parser of node:http. When both accept a head, the results must be equal; when
 * only one accepts it, the reason must be known.
 *
 * Read beside: ../http1/request-head.ts; llhttp (Node's parser)
 */
import { createServer, type IncomingMessage } from 'node:http'
import { duplexPair } from 'node:stream'
import t from 'tap'
import { FramingError } from '../http1/framing-error.ts'
import { HeadCollector } from '../http1/head-collector.ts'
import { REQUEST_LIMITS } from '../http1/limits.ts'
import { parseRequestHead } from '../http1/request-head.ts'
import { FuzzRandom, seedOf } from './random.ts'

const seed = seedOf(process.env)
const HEADS = 6_000

interface ParsedHead {
  readonly method: string
  readonly target: string
  readonly fields: readonly string[]
  /** How the body is framed: `none`, `chunked`, or a length. */
  readonly framing: string
}

/** A parsed head, or the rule or code by which it was refused. */
type HeadResult = ParsedHead | { readonly refused: string }

/** Why only this edge refuses, by its rule. A rule that is missing here is not a known reason. */
const ONLY_REFUSED_HERE: Readonly<Record<string, string>> = {
  'RFC 9112 §3': 'llhttp skips more than one space in a request line',
  'RFC 9112 §3.2': 'llhttp does not check Host, nor a target beyond its first octet',
  'RFC 9110 §7.2': 'llhttp does not check Host',
  'RFC 9110 §9.1': 'CONNECT and TRACE are refused here (405)',
  'RFC 9110 §15.6.6': 'Node also accepts HTTP/2.0 and HTTP/0.9',
  'RFC 9112 §6.1': 'Node accepts chunks in HTTP/1.0, and other codings before chunked',
  'RFC 9110 §10.1.1': 'an expectation other than 100-continue is refused here (417); node:http emits an event',
}
/** Why only Node refuses, by its code; the reason counts only for a head that matches `fits`. */
const ONLY_REFUSED_BY_NODE: Readonly<Record<string, readonly [fits: RegExp, why: string]>> = {
  HPE_INVALID_METHOD: [/^(?:\r\n)?(?:get|BREW|M-FOO) /, 'llhttp accepts a fixed list of methods'],
  HPE_INVALID_VERSION: [/ HTTP\/1\.[2-9]\r\n/, 'a later minor version is read as 1.1 here (RFC 9110 §2.5)'],
  HPE_INVALID_TRANSFER_ENCODING: [/transfer-encoding/i, 'an empty list element is ignored here (RFC 9110 §5.6.1.2)'],
}

/** A head that is mostly valid, with rare faults. */
function generated(random: FuzzRandom): string {
  const usual = <T>(common: T, ...rare: readonly T[]): T => (random.chance(20) ? random.pick(rare) : common)
  const lineEnd = () => (random.chance(60) ? random.pick(['\n', '\r', '\r\r\n', '\n\r']) : '\r\n')
  const method = usual(
    random.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']),
    'get',
    'BREW',
    'M-FOO',
    'TRACE',
    'G T',
    'G(T',
    '',
  )
  const target = usual(
    random.pick(['/', '/a/b', '/a?b=c&d', 'http://a/b', '/%00%zz', "/~!$&'()*+,;=:@"]),
    '*',
    'a',
    '',
    '/a b',
    '/\xe9',
    '/a#b',
    '/"',
    '/\x7f',
    '/a\tb',
    'http://',
    '//a',
    '/{}|^`',
  )
  const version = usual('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.10', 'HTTP/1', '')
  const gap = () => usual(' ', '  ', '\t')
  const name = () =>
    usual(
      random.pick(['X', 'X-Y', 'Cookie', 'Accept', "!#$%&'*+-.^_`|~9"]),
      '',
      'X ',
      'X\t',
      ' X',
      'X(',
      'X\xe9',
      'X\0',
      'X@Y',
    )
  const value = () =>
    usual(
      random.pick(['1', 'a b', 'a\tb', '', 'caf\xe9', '"q"', 'a: b']),
      'a\0',
      'a\x01',
      'a\x7f',
      'a\x0b',
      'a\rb',
      'a\nb',
      '\x0c',
    )
  const space = () => random.pick(['', ' ', '  ', '\t', ' \t '])
  const host = () => usual('a', '', 'a b', 'a/b', 'a:80', '[::1]', 'a@b', 'a:b')
  const framing = random.pick([
    [],
    [],
    ['Content-Length: 0'],
    ['Content-Length: 5'],
    ['Transfer-Encoding: chunked'],
    ['Transfer-Encoding: CHUNKED'],
    ['Content-Length: +5'],
    ['Content-Length: 05'],
    ['Content-Length: 5', 'Content-Length: 5'],
    ['Content-Length: 5, 5'],
    ['Content-Length:'],
    ['Content-Length: 99999999999999999999'],
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked, chunked'],
    ['Transfer-Encoding: gzip, chunked'],
    ['Transfer-Encoding: chunked, gzip'],
    ['Transfer-Encoding: gzip'],
    ['Transfer-Encoding: , chunked'],
    ['Transfer-Encoding:'],
    ['Transfer_Encoding: chunked'],
  ])
  const lines = [
    ...(random.chance(15) ? [] : [`Host:${space()}${host()}${space()}`]),
    ...(random.chance(30) ? ['Host: b'] : []),
    ...Array.from({ length: random.below(4) }, () => `${name()}:${space()}${value()}${space()}`),
    ...framing,
    ...(random.chance(30) ? [' folded'] : []),
    ...(random.chance(30) ? ['no colon'] : []),
    ...(random.chance(20) ? [random.pick(['Connection: close', 'Connection: keep-alive, x', 'Expect: x'])] : []),
  ]
  const start = `${usual('', '\r\n', ' ', '\n')}${method}${gap()}${target}${gap()}${version}${lineEnd()}`
  return `${start}${lines.map(line => line + lineEnd()).join('')}\r\n`
}

function parseHere(octets: string): HeadResult {
  try {
    const collected = new HeadCollector(REQUEST_LIMITS, true).add(Buffer.from(octets, 'latin1'))
    if (collected === undefined) return { refused: 'waits for more' }
    const { method, target, fields, body } = parseRequestHead(collected.text)
    const framing = body.kind === 'length' ? String(body.length) : body.kind
    return { method, target, fields: fields.map(({ name, value }) => `${name}: ${value}`), framing }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error
    return { refused: error.rule }
  }
}

/** Parses with node:http over a pair of streams, without a socket. */
function parseWithNode(octets: string): Promise<HeadResult> {
  return new Promise(resolve => {
    const server = createServer({ insecureHTTPParser: false, requireHostHeader: true })
    const understood = (request: IncomingMessage) => {
      const { method = '', url = '', rawHeaders, headers } = request
      const fields = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []))
      const framing = headers['transfer-encoding'] === undefined ? (headers['content-length'] ?? 'none') : 'chunked'
      resolve({ method, target: url, fields, framing: framing === 'none' ? framing : framing.replace(/^0+(?=\d)/, '') })
    }
    server.on('request', understood).on('checkExpectation', understood).on('checkContinue', understood)
    server.on('connect', understood).on('upgrade', understood)
    server.on('clientError', (error: NodeJS.ErrnoException) => resolve({ refused: error.code ?? error.message }))
    const [ours, theirs] = duplexPair()
    server.emit('connection', theirs)
    // Some heads, such as those without Host, are refused by Node with a response and without an event.
    ours.on('data', answer => resolve({ refused: String(answer).slice(9, 12) }))
    ours.write(octets, 'latin1')
    ours.end()
    theirs.on('close', () => resolve({ refused: 'closed' }))
  })
}

t.test(`heads are parsed as node:http parses them, except for the known reasons (FUZZ_SEED=${seed})`, async t => {
  const random = new FuzzRandom(seed)
  const reasons = new Map<string, number>()
  let bothAccept = 0
  let bothRefuse = 0
  for (let i = 0; i < HEADS; i++) {
    const octets = generated(random)
    const [here, there] = [parseHere(octets), await parseWithNode(octets)]
    const shown = `FUZZ_SEED=${seed}, number ${i}: ${JSON.stringify(octets)}`
    if (!('refused' in here) && !('refused' in there)) {
      bothAccept++
      if (JSON.stringify(here) !== JSON.stringify(there))
        t.fail(`${shown}: ${JSON.stringify(here)} here, ${JSON.stringify(there)} there`)
      continue
    }
    if ('refused' in here && 'refused' in there) {
      bothRefuse++
      continue
    }
    const why =
      'refused' in here ? ONLY_REFUSED_HERE[here.refused] : reasonOfNode((there as { refused: string }).refused, octets)
    if (why === undefined) t.fail(`${shown}: ${JSON.stringify(here)} here, ${JSON.stringify(there)} there`)
    else reasons.set(why, (reasons.get(why) ?? 0) + 1)
  }
  t.comment(`${bothAccept} accepted with equal results, ${bothRefuse} refused by both`)
  for (const [why, times] of reasons) t.comment(`${times}: ${why}`)
  t.ok(bothAccept > HEADS / 20 && bothRefuse > HEADS / 20)
})

function reasonOfNode(code: string, octets: string): string | undefined {
  const known = ONLY_REFUSED_BY_NODE[code]
  return known?.[0].test(octets) ? known[1] : undefined
}
