import t from 'tap'
import { negotiate } from './negotiate.ts'

const offered = ['application/json', 'text/html'] as const

t.test('negotiate() takes the first form when the client has no preference (RFC 9110 §12.5.1)', async t => {
  t.equal(negotiate(undefined, offered), 'application/json')
  t.equal(negotiate('*/*', offered), 'application/json')
  t.equal(negotiate('text/html, application/json', offered), 'application/json', 'equal quality: the first one offered')
})

t.test('negotiate() follows the quality values, the most specific range first (RFC 9110 §12.5.1)', async t => {
  const chromium = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'
  t.equal(negotiate(chromium, offered), 'text/html')
  t.equal(negotiate('text/*;q=0.3, text/html;q=0.7, */*;q=0.5', offered), 'text/html')
  t.equal(negotiate('application/json;q=0.5, text/html;q=0.4', offered), 'application/json')
  t.equal(negotiate('*/*, application/json;q=0', offered), 'text/html')
})

t.test('negotiate() returns undefined when the client accepts no form (RFC 9110 §15.5.7)', async t => {
  t.equal(negotiate('image/png', offered), undefined)
  t.equal(negotiate('text/html;q=0', offered), undefined)
  t.equal(negotiate('text/html;q=1.5', offered), undefined, 'not a quality value')
  t.equal(negotiate(`${'a/b,'.repeat(10_000)}text/html`, offered), undefined, 'the end of a very long list is not read')
})
