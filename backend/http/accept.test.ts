import t from 'tap'
import { chooseForm } from './accept.ts'

t.test('chooseForm() is 406 when no form is acceptable, and JSON for a client that sends JSON', async t => {
  t.equal(chooseForm('text/html', undefined, ['json', 'html']), 'html')
  t.equal(chooseForm('text/html', 'application/json; charset=utf-8', ['json', 'html']), 'json')
  t.throws(() => chooseForm('image/png', undefined, ['json']), { status: 406, message: /only as application\/json/ })
})
