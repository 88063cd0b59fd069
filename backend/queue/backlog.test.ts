import t from 'tap'
import { Backlog } from './backlog.ts'
import { newMessage } from './envelope.ts'

function delivery(place: string, key: string, tries = 0) {
  const message = newMessage({ key, type: 'x', requestId: '', body: null }, 0)
  return { place, message, text: '', tries }
}
const places = (deliveries: readonly { place: string }[]) => deliveries.map(({ place }) => place).join(' ')

t.test('next() gives messages in order, at most as many as are wanted', async t => {
  const backlog = new Backlog()
  for (const place of ['1', '2', '3']) backlog.add(delivery(place, 'a'))
  backlog.add(delivery('2', 'a'))
  t.equal(places(backlog.next(0, 2)), '1 2')
  backlog.finish('1')
  t.equal(places(backlog.next(0, 9)), '2 3')
  t.equal(backlog.size, 2)
})

t.test('a message that waits for its next try holds back the later ones of its key, and no others', async t => {
  const backlog = new Backlog()
  for (const [place, key] of ['1a', '2b', '3a', '4c', '5b'].map(([place = '', key = '']) => [place, key] as const)) {
    backlog.add(delivery(place, key))
  }
  backlog.postpone('1', 100)
  t.equal(places(backlog.next(0, 9)), '2 4 5')
  t.equal(backlog.dueIn(40), 60)
  t.equal(places(backlog.next(100, 9)), '1 2 3 4 5')
  t.equal(backlog.dueIn(100), undefined)
})

t.test('a message that has failed before comes alone', async t => {
  const backlog = new Backlog()
  backlog.add(delivery('1', 'a'))
  backlog.add(delivery('2', 'b', 1))
  backlog.add(delivery('3', 'c'))
  t.equal(places(backlog.next(0, 9)), '1')
  backlog.finish('1')
  t.equal(places(backlog.next(0, 9)), '2')
})

t.test('oldestBesides() is the limit of a position', async t => {
  const backlog = new Backlog()
  for (const place of ['1', '2', '3']) backlog.add(delivery(place, place))
  t.equal(backlog.oldestBesides([]), '1')
  t.equal(backlog.oldestBesides(['1', '3']), '2')
  t.equal(backlog.oldestBesides(['1', '2', '3']), undefined)
})
