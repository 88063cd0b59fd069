import t from 'tap'
import { Events, type LabEvent } from './events.ts'

t.test('Events.publish() hands every watcher the event', async t => {
  const events = new Events('frontend1')
  const [first, second]: [LabEvent[], LabEvent[]] = [[], []]
  events.watch(event => first.push(event))
  events.watch(event => second.push(event))
  events.publish('edge.pick', () => ({ backend: 'backend2' }), 'r-1')
  t.match(first, [
    { id: 1, component: 'frontend1', kind: 'edge.pick', request: 'r-1', detail: { backend: 'backend2' } },
  ])
  t.match(first[0]?.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.strictSame(second, first)
})

t.test('Events.publish() builds nothing while nobody watches', async t => {
  const events = new Events('ns1')
  t.notOk(events.watched)
  events.publish('dns.query', () => t.fail('this was built for nobody') as never)

  const seen: LabEvent[] = []
  const unwatch = events.watch(event => seen.push(event))
  t.ok(events.watched)
  events.publish('dns.query', () => ({}))
  unwatch()
  t.notOk(events.watched)
  events.publish('dns.query', () => t.fail('this was built for nobody') as never)
  t.equal(seen.length, 1)
})

t.test('Events.publish() builds the detail once, however many watch', async t => {
  const events = new Events('ns1')
  let built = 0
  for (let watcher = 0; watcher < 3; watcher++) events.watch(() => {})
  events.publish('dns.query', () => ({ built: ++built }))
  t.equal(built, 1)
})

t.test('Events.publish() counts from 1, and leaves out the request where there is none', async t => {
  const events = new Events('ns1')
  const seen: LabEvent[] = []
  events.watch(event => seen.push(event))
  for (let n = 0; n < 3; n++) events.publish('dns.query', () => ({ n }))
  t.strictSame(
    seen.map(event => [event.id, event.detail.n, 'request' in event]),
    [
      [1, 0, false],
      [2, 1, false],
      [3, 2, false],
    ],
  )
})

t.test('Events.watch() may be ended from inside a watcher', async t => {
  const events = new Events('ns1')
  let calls = 0
  const unwatch = events.watch(() => {
    calls++
    unwatch()
  })
  events.publish('dns.query', () => ({}))
  events.publish('dns.query', () => ({}))
  t.equal(calls, 1)
})
