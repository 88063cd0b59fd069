import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { MemoryStore } from './memory-store.ts'
import { Sessions } from './sessions.ts'
import { sessionsRoute } from './switch.ts'

t.test('POST /sessions changes the store of a running backend, and refuses words that it does not have', async t => {
  // Which store is used is all that matters here, so both are in memory.
  const stores = { redis: new MemoryStore(), memory: new MemoryStore() }
  const sessions = new Sessions({ store: stores.redis, clock: new FakeClock(), server: 'Servidor 1' })
  const route = sessionsRoute(sessions, stores)
  t.strictSame(route({ store: 'memory' }), { store: 'memory' })
  t.equal(sessions.store, stores.memory)
  t.strictSame(route({ store: 'redis' }), { store: 'redis' })
  t.equal(sessions.store, stores.redis)
  t.throws(() => route({ store: 'disk' }), { status: 400, message: /"store" must be one of redis, memory/ })
})
