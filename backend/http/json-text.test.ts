import t from 'tap'
import { DEPTH_LIMIT, parseJson } from './json-text.ts'

t.test('parseJson() reads what RFC 8259 allows', async t => {
  for (const text of [
    '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}',
    '"a string with {braces} and \\"quotes\\""',
    '{"same": "same", "a\\\\": ":", "b": "\\\\"}',
    ' [1, "x", null] ',
    '{}',
  ]) {
    t.strictSame(parseJson(text), JSON.parse(text), text)
  }
})

t.test('parseJson() refuses an object that names a member twice (RFC 8259 §4: "unpredictable")', async t => {
  for (const text of [
    '{"role": "aluno", "role": "admin"}',
    '{"role": 1, "r\\u006fle": 2}',
    '[{"x": {"a": "{", "b": [1], "a" : 3}}]',
  ]) {
    t.throws(() => parseJson(text), { status: 400, message: /twice/ }, text)
  }
})

t.test('parseJson() refuses a text that is nested too deep (RFC 8259 §9)', async t => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  t.ok(parseJson(nested(DEPTH_LIMIT)))
  t.throws(() => parseJson(nested(DEPTH_LIMIT + 1)), { status: 400, message: /deeper/ })
  t.throws(() => parseJson(nested(8000)), { name: 'Refusal', status: 400 })
})

t.test('parseJson() refuses half of a surrogate pair in any string (RFC 8259 §8.2)', async t => {
  // Encoded as UTF-8, all of these passwords would be the same: eight times U+FFFD.
  for (const half of ['\\ud800', '\\uDFFF', '\\udc00\\ud83d', 'a\\ud83d\\u0041', '\\\\\\ud800']) {
    t.throws(() => parseJson(`{"password": "${half.repeat(8)}"}`), { status: 400, message: /surrogate/ }, half)
    t.throws(() => parseJson(`[{"${half}": 1}]`), { status: 400, message: /surrogate/ }, half)
  }
  t.equal(parseJson('"\\ud83d\\ude00 \\\\ud800"'), '😀 \\ud800', 'a whole pair, and an escaped backslash')
})

t.test('parseJson() says where a text is not JSON', async t => {
  for (const text of ['', '{', '{"a":1,}', "{'a':1}", 'undefined', '{"a":NaN}', '\u{feff}{}x']) {
    t.throws(() => parseJson(text), { status: 400, message: /not JSON/ }, text)
  }
})
