import t from 'tap'
import { Events } from '#shared/events.ts'
import { COUNTED_REQUESTS, Sales } from './sales.ts'

t.test('Sales.add() keeps the seats, the line and the last reservations of each event', async t => {
  const sales = new Sales()
  const events = new Events('ingressos2')
  events.watch(event => sales.add(event))
  events.publish('ingressos.seats', () => ({ event: 7, name: 'Show', total: 9, available: 6, reserved: 2, sold: 1 }))
  events.publish('ingressos.line', () => ({ event: 7, waiting: 3, position: 1, admitted: true }))
  events.publish('ingressos.reservation', () => ({ event: 7, reservation: 1, quantity: 2, state: 'reserved' }))
  events.publish('ingressos.reservation', () => ({ event: undefined, reservation: 1, quantity: 2, state: 'bought' }))
  events.publish('ingressos.reservation', () => ({ event: undefined, reservation: 99, quantity: 2, state: 'bought' }))
  const reservations = [{ reservation: 1, state: 'bought', component: 'ingressos2' }]
  const expected = { event: 7, name: 'Show', total: 9, available: 6, reserved: 2, sold: 1, waiting: 3, reservations }
  t.match(sales.list(), [expected])
  t.equal(sales.list().length, 1, 'the event of reservation 99 is not known')
})

t.test("Sales.add() counts each server's share of the last requests, so that a new server is seen soon", async t => {
  const sales = new Sales()
  const answer = (server: string) => {
    const events = new Events(server)
    events.watch(event => sales.add(event))
    events.publish('ingressos.line', () => ({ event: 7, waiting: 3, position: 1, admitted: false }))
  }
  for (let request = 0; request < COUNTED_REQUESTS; request++) answer(`ingressos${1 + (request % 2)}`)
  t.strictSame(sales.list()[0]?.servers, [
    { server: 'ingressos1', requests: COUNTED_REQUESTS / 2 },
    { server: 'ingressos2', requests: COUNTED_REQUESTS / 2 },
  ])
  for (let request = 0; request < COUNTED_REQUESTS / 2; request++) answer('ingressos4')
  t.match(sales.list()[0]?.servers, [{}, {}, { server: 'ingressos4', requests: COUNTED_REQUESTS / 2 }])
  const expired = new Events('ingressos3')
  expired.watch(event => sales.add(event))
  expired.publish('ingressos.reservation', () => ({ event: 7, reservation: 1, quantity: 2, state: 'expired' }))
  t.equal(sales.list()[0]?.servers.length, 3, 'the end of a reservation is not a request')
})

t.test('Sales deletes the event that has not changed for the longest time', async t => {
  const sales = new Sales()
  const events = new Events('ingressos1')
  events.watch(event => sales.add(event))
  for (let event = 1; event <= 30; event++)
    events.publish('ingressos.line', () => ({ event, waiting: 0, position: 1, admitted: true }))
  t.equal(sales.list().length, 20)
  t.equal(sales.list()[0]?.event, 30)
})
