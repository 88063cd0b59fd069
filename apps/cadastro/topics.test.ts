import t from 'tap'
import { messageAbout, subjectOf } from './topics.ts'

const id = '8c1f6f0e-0000-4000-8000-000000000000'

t.test(
  'subjectOf() reads what messageAbout() has written; the message has the id, and nothing about the person',
  async t => {
    const message = messageAbout('cadastro.recebido', id, 'r1', 0)
    t.strictSame(subjectOf(message, ['cadastro.recebido']), { type: 'cadastro.recebido', id })
    t.strictSame(message.body, { id })
    t.equal(message.key, id)
  },
)

t.test('subjectOf() refuses other types and bodies: they go to the dead letters at once', async t => {
  const message = messageAbout('cadastro.recebido', id, 'r1', 0)
  t.throws(() => subjectOf(message, ['analise.pendente']), /type cadastro.recebido is not known here/)
  for (const body of [null, 1, {}, { id: 5 }, { id: '../x' }, { id: "' OR 1=1" }]) {
    t.throws(() => subjectOf({ ...message, body }, ['cadastro.recebido']), /no id/, JSON.stringify(body))
  }
})
