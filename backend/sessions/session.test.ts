import t from 'tap'
import { ABSOLUTE_MS, endOf, IDLE_MS, keyOf, newSessionId, type Session, stateOf } from './session.ts'

const MINUTE = 60_000
const session: Session = {
  key: 'k',
  user: { id: 1, username: 'ana', name: 'Ana', role: 'admin' },
  server: 'Servidor 1',
  createdAt: 0,
  seenAt: 0,
}

t.test('stateOf() is over after 30 minutes without a request, and renew after half of them', async t => {
  t.equal(stateOf(session, 15 * MINUTE), 'fresh')
  t.equal(stateOf(session, 15 * MINUTE + 1), 'renew')
  t.equal(stateOf(session, IDLE_MS - 1), 'renew')
  t.equal(stateOf(session, IDLE_MS), 'over')
})

t.test('stateOf() is over 8 hours after the creation, in spite of requests', async t => {
  const busy = { ...session, seenAt: ABSOLUTE_MS - MINUTE }
  t.equal(stateOf(busy, ABSOLUTE_MS - 1), 'fresh')
  t.equal(stateOf(busy, ABSOLUTE_MS), 'over')
  t.equal(endOf(busy), ABSOLUTE_MS)
})

t.test(
  'newSessionId() is 256 random bits; keyOf() is its hash, and undefined for a text that is not an id',
  async t => {
    const ids = new Set(Array.from({ length: 1000 }, newSessionId))
    t.equal(ids.size, 1000)
    t.ok([...ids].every(id => Buffer.from(id, 'base64url').length === 32))
    // sha256("AAAA…", 43 of them), by sha256sum(1)
    t.equal(keyOf('A'.repeat(43)), 'DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo')
    for (const id of [undefined, '', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}/`])
      t.equal(keyOf(id), undefined)
  },
)
