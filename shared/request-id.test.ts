import t from 'tap'
import { isRequestId } from './request-id.ts'

t.test('isRequestId() accepts UUIDs, base64, AWS trace ids and plain words', async t => {
  const usual = [
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'YWJj+ZGVm/Zw==',
    'Root=1-67891233-abcdef',
    'a~b',
    'abc-1.2:3_4',
  ]
  for (const id of [...usual, 'a', 'x'.repeat(128)]) t.ok(isRequestId(id), id)
})

t.test('isRequestId() refuses what could break a log line, a field or a page', async t => {
  const broken = ['', 'a b', 'a\tb', 'a\nb', 'a"b', "a'b", 'a,b', 'a;b', '<script>', 'a%b', 'á', 'x'.repeat(129)]
  for (const id of broken) t.notOk(isRequestId(id), JSON.stringify(id))
})
