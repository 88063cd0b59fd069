import t from 'tap'
import { Events, isOfKind, type LabEvent } from './events.ts'

t.test('Events.publish() passes the event to every watcher', async t => {
  const events = new Events('frontend1')
  const [first, second]: [LabEvent[], LabEvent[]] = [[], []]
  events.watch(event => first.push(event))
  events.watch(event => second.push(event))
  events.publish('edge.pick', () => ({ backend: 'backend2', reason: 'it was next' }), 'r-1')
  t.match(first, [
    { id: 1, component: 'frontend1', kind: 'edge.pick', request: 'r-1', detail: { backend: 'backend2' } },
  ])
  t.match(first[0]?.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.strictSame(second, first)
})

t.test('Events.publish() builds nothing while it is not watched', async t => {
  const events = new Events('ns1')
  t.notOk(events.watched)
  events.publish('dns.switch', () => t.fail('built although there is no watcher') as never)

  const seen: LabEvent[] = []
  const unwatch = events.watch(event => seen.push(event))
  t.ok(events.watched)
  events.publish('dns.switch', () => ({ what: 'order' }))
  unwatch()
  t.notOk(events.watched)
  events.publish('dns.switch', () => t.fail('built although there is no watcher') as never)
  t.equal(seen.length, 1)
})

t.test('Events.publish() builds the detail once, however many watchers there are', async t => {
  const events = new Events('ns1')
  let built = 0
  for (let watcher = 0; watcher < 3; watcher++) events.watch(() => {})
  events.publish('dns.switch', () => ({ what: 'order', built: ++built }))
  t.equal(built, 1)
})

t.test('Events.publish() counts from 1, and leaves out the request where there is none', async t => {
  const events = new Events('ns1')
  const seen: LabEvent[] = []
  events.watch(event => seen.push(event))
  for (const what of ['a', 'b', 'c']) events.publish('dns.switch', () => ({ what }))
  t.strictSame(
    seen.map(event => [event.id, event.kind === 'dns.switch' && event.detail.what, 'request' in event]),
    [
      [1, 'a', false],
      [2, 'b', false],
      [3, 'c', false],
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
  events.publish('dns.switch', () => ({ what: 'order' }))
  events.publish('dns.switch', () => ({ what: 'order' }))
  t.equal(calls, 1)
})

t.test('isOfKind() compares whole kinds and whole families', async t => {
  t.ok(isOfKind('edge.pick', ['dns', 'edge.pick']))
  t.ok(isOfKind('edge.pick', ['edge']))
  t.notOk(isOfKind('edge.pick', ['edge.pi', 'edg', 'pick']))
})
