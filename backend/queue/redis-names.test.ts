import t from 'tap'
import { entriesIn, groupsIn, keepFrom } from './redis-names.ts'

t.test('groupsIn() reads the answer of XINFO GROUPS', async t => {
  const answer = [
    ['name', 'leitor', 'consumers', 1, 'pending', 2, 'last-delivered-id', '5-1', 'entries-read', 3, 'lag', 4],
    ['name', 'outro', 'consumers', 1, 'pending', 0, 'last-delivered-id', '0-0', 'entries-read', null, 'lag', null],
  ]
  t.strictSame(groupsIn(answer), [
    { name: 'leitor', pending: 2, lastDelivered: '5-1', lag: 4 },
    { name: 'outro', pending: 0, lastDelivered: '0-0', lag: null },
  ])
})

t.test('keepFrom() keeps what any group has pending or has not read', async t => {
  const done = { lastDelivered: '100-7', oldestPending: undefined }
  t.equal(keepFrom([done]), '100-8')
  t.equal(keepFrom([done, { lastDelivered: '100-7', oldestPending: '9-1' }]), '9-1', 'ids are numbers, not text')
  t.equal(keepFrom([done, { lastDelivered: '50-0', oldestPending: undefined }]), '50-1')
  t.equal(keepFrom([{ lastDelivered: '5-0', oldestPending: '7-0' }]), '5-1', 'delivered after the position was read')
})

t.test('entriesIn() reads the answer of XREADGROUP in both forms, and the empty one', async t => {
  const entries = [['5-1', ['message', '{}']]]
  t.strictSame(entriesIn([['queue:x:0', entries]]), entries)
  t.strictSame(entriesIn(['queue:x:0', entries]), entries)
  t.strictSame(entriesIn(null), [])
})
