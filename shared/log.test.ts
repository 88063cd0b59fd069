import { PassThrough } from 'node:stream'
import t from 'tap'
import { createLog, describeError, formatLine } from './log.ts'

const AT = new Date(Date.UTC(2026, 0, 1))
const line = (message: string, fields = {}) => formatLine(AT, 'info', 'frontend1', message, fields)

t.test('formatLine() writes time, level, component, message and pairs', async t => {
  t.equal(
    line('listening', { address: '127.20.0.20:80', ms: 3, tls: false, names: ['a', 'b'] }),
    '2026-01-01T00:00:00.000Z info  frontend1 listening address=127.20.0.20:80 ms=3 tls=false names=["a","b"]\n',
  )
  t.match(formatLine(AT, 'error', 'ns1', 'x', {}), 'Z error ns1 x\n')
})

t.test('formatLine() quotes what would not read as one word', async t => {
  t.match(
    line('m', { a: '', b: 'two words', c: 'x=y', d: 'say "hi"' }),
    ' a="" b="two words" c="x=y" d="say \\"hi\\""\n',
  )
})

t.test('formatLine() lets no peer forge a line', async t => {
  // The attack: a query name, path or header field that holds a line feed, so that a second, false line is logged.
  const forged = 'x\r\n2026-01-01T00:00:00.000Z info  frontend1 login user=ana'
  for (const written of [
    line('request', { path: forged }),
    line(forged),
    line('failed', { reason: new Error(forged) }),
    line('failed', { reason: new Error('outer', { cause: new Error(forged) }) }),
    line('request', { query: { nested: forged } }),
    line('request', { lines: 'a\u2028b\u2029c\u0085d\u000be' }),
  ]) {
    t.equal(written.split(/[\n\r\v\f\u0085\u2028\u2029]/).length, 2, JSON.stringify(written))
  }
})

t.test('formatLine() lets no peer control the terminal in which the log is read', async t => {
  // The attack: ESC [ 2 J clears the screen; U+009B is the same as ESC [; U+202E writes the rest from right to left.
  for (const command of ['\x1b[2J', '\x9b2J', '\x7f', '\x00', '\u202etxt.exe', '\u2066a']) {
    for (const written of [line(command), line('m', { path: command }), line('m', { path: [command] })]) {
      t.notMatch(written, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, JSON.stringify(written))
    }
  }
})

t.test('formatLine() shows any value', async t => {
  const loop: { self?: unknown } = {}
  loop.self = loop
  const fields = { a: undefined, b: null, c: 10n, d: loop, e: Number.NaN, f: Symbol('s'), g: 'é', h: new Error('no') }
  t.match(line('m', fields), ' a=undefined b=null c="10" d="[object Object]" e=null f=Symbol(s) g="é" h="no"\n')
})

t.test('describeError() puts an error and its causes into one sentence', async t => {
  const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
  t.equal(describeError(new Error('redis is down', { cause: refused })), 'redis is down: ECONNREFUSED')
  t.equal(describeError(new AggregateError([refused], 'all addresses failed')), 'all addresses failed: ECONNREFUSED')
  t.equal(describeError(new TypeError()), 'TypeError')
  t.equal(describeError('a string'), 'a string')
})

t.test('describeError() comes to an end with errors that cause each other', async t => {
  const [a, b] = [new Error('a'), new Error('b')]
  a.cause = b
  b.cause = a
  t.match(describeError(a), /^a: b/)
})

t.test('createLog() writes lines, and goes on after its stream has failed', async t => {
  const stream = new PassThrough({ encoding: 'utf8' })
  const log = createLog('ns1', stream)
  log.info('listening', { port: 53 })
  log.warn('the serial did not grow')
  log.error('could not read the zone')
  const lines = String(stream.read()).trimEnd().split('\n')
  t.match(lines, [/ info {2}ns1 listening port=53$/, / warn {2}ns1 the serial did not grow$/, / error ns1 could not/])

  const failed = new Promise(resolve => stream.on('close', resolve))
  stream.destroy(new Error('EPIPE'))
  await failed
  t.doesNotThrow(() => log.info('this is not read'))
})
