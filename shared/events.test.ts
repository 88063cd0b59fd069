import t from 'tap'
import { Events, isInSample, isOfKind, type LabEvent } from './events.ts'

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

t.test('Events.publish() passes on the events of a share of the requests, complete', async t => {
  const events = new Events('frontend1')
  const [all, some]: [LabEvent[], LabEvent[]] = [[], []]
  const publish = (request: string) => events.publish('edge.pick', () => ({ backend: null, reason: 'none' }), request)
  const ids = Array.from({ length: 1000 }, (_, index) => `request-${index}`)

  const unwatch = events.watch(event => some.push(event), 1 / 8)
  for (const id of ids) for (let event = 0; event < 3; event++) publish(id)
  const chosen = ids.filter(id => isInSample(id, 1 / 8))
  t.ok(chosen.length > 75 && chosen.length < 175, `${chosen.length} of 1000 requests`)
  t.strictSame(
    some.map(({ request }) => request),
    chosen.flatMap(id => [id, id, id]),
  )
  t.equal(events.watches(chosen[0] ?? ''), true)
  t.equal(events.watches(ids.find(id => !chosen.includes(id)) ?? ''), false)

  events.watch(event => all.push(event))
  unwatch()
  for (const id of ids) publish(id)
  t.equal(all.length, 1000)
  t.equal(some.length, 3 * chosen.length, 'nothing after the end')
})

t.test('Events.publish() passes on what belongs to no request, whatever the share', async t => {
  const events = new Events('ns1')
  const seen: LabEvent[] = []
  events.watch(event => seen.push(event), 1 / 256)
  events.publish('dns.switch', () => ({ what: 'order' }))
  t.equal(seen.length, 1)
})

t.test('isInSample(): a smaller sample is part of a larger one', async t => {
  const ids = Array.from({ length: 2000 }, (_, index) => `${index}`)
  for (const id of ids.filter(id => isInSample(id, 1 / 16))) t.ok(isInSample(id, 1 / 8), id)
  t.equal(ids.filter(id => isInSample(id, 1)).length, 2000)
  t.equal(ids.filter(id => isInSample(id, 0)).length, 0)
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
