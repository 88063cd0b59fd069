import t from 'tap'
import { Events, type LabEvent } from '#shared/events.ts'
import { newWatchedShare, setWatchedShare, WorkerEvents } from './watched-share.ts'

function setUp() {
  const memory = newWatchedShare()
  const main = new Events('frontend1')
  main.onWatch = () => setWatchedShare(memory, main.share)
  const worker = new WorkerEvents('frontend1', memory, event => main.relay(event))
  return { main, worker }
}

const balance = (): { algorithm: string } => ({ algorithm: 'sticky' })

t.test(
  'WorkerEvents publishes from the first request after a watcher has come until the last one has gone',
  async t => {
    const { main, worker } = setUp()
    const never = () => t.fail('the detail is built without a watcher') as never
    worker.publish('edge.balance', never, 'request-1')
    t.notOk(worker.watched)

    const seen: LabEvent[] = []
    const unwatch = main.watch(event => seen.push(event))
    t.ok(worker.watches('request-2'))
    worker.publish('edge.balance', balance, 'request-2')
    main.publish('edge.balance', balance)
    worker.publish('edge.balance', balance, 'request-3')
    t.match(seen, [{ id: 1, request: 'request-2' }, { id: 2 }, { id: 3, request: 'request-3', component: 'frontend1' }])

    unwatch()
    worker.publish('edge.balance', never, 'request-4')
    t.notOk(worker.watches('request-4'))
  },
)

t.test('WorkerEvents: an event without a request is published by the main thread alone', async t => {
  const { main, worker } = setUp()
  main.watch(() => t.fail('published twice'))
  worker.publish('edge.balance', balance)
})

t.test('Events.relay() gives each watcher only the share of requests that it has asked for', async t => {
  const { main, worker } = setUp()
  const few = new Set<string>()
  const most = new Set<string>()
  main.watch(({ request = '' }) => few.add(request), 0.1)
  main.watch(({ request = '' }) => most.add(request), 0.9)
  for (let index = 0; index < 1_000; index++) worker.publish('edge.balance', balance, `request-${index}`)
  t.ok(few.size > 50 && few.size < 150, `${few.size} of 1,000`)
  t.ok(most.size > 850 && most.size < 950, `${most.size} of 1,000`)
  t.ok(few.isSubsetOf(most))
})
