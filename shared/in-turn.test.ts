import t from 'tap'
import { inTurn } from './in-turn.ts'

t.test('inTurn() begins a step when the one before has ended, also after a failure', async t => {
  const run = inTurn()
  const order: string[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const first = run(async () => {
    order.push('first begins')
    await ended
    order.push('first fails')
    throw new Error('x')
  })
  const second = run(() => order.push('second'))
  await new Promise(resolve => setImmediate(resolve))
  t.strictSame(order, ['first begins'])
  end()
  await t.rejects(first, { message: 'x' })
  t.equal(await second, 3)
  t.strictSame(order, ['first begins', 'first fails', 'second'])
})
