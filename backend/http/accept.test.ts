import t from 'tap'
import { chooseForm, prefersPage } from './accept.ts'

t.test('chooseForm() is 406 when no form is acceptable, and JSON for a client that sends JSON', async t => {
  t.equal(chooseForm('text/html', undefined, ['json', 'html']), 'html')
  t.equal(chooseForm('text/html', 'application/json; charset=utf-8', ['json', 'html']), 'json')
  t.throws(() => chooseForm('image/png', undefined, ['json']), { status: 406, message: /only as application\/json/ })
})

t.test('prefersPage() is true for a browser that opens an address, and false for scripts and curl', async t => {
  const chromium = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'
  t.equal(prefersPage(chromium, undefined), true)
  t.equal(prefersPage(chromium, 'application/x-www-form-urlencoded'), true)
  t.equal(prefersPage(chromium, 'application/json'), false)
  for (const accept of [undefined, '*/*', 'application/json', 'image/png'])
    t.equal(prefersPage(accept, undefined), false, String(accept))
})
