import t from 'tap'
import { electBootstrap, formatGrastate, parseGrastate, parseRecovered } from './galera-state.ts'

const UUID = '5ee1a3f0-cc00-11ef-8a3c-1f2e3d4c5b6a'

t.test('parseGrastate() reads the saved state; a node that never ran has none', async t => {
  const text = `# GALERA saved state\nversion: 2.1\nuuid:    ${UUID}\nseqno:   -1\nsafe_to_bootstrap: 0\n`
  t.strictSame(parseGrastate(text), { uuid: UUID, seqno: -1, safeToBootstrap: false })
  t.strictSame(parseGrastate(undefined), { uuid: '', seqno: -1, safeToBootstrap: false })
  t.strictSame(parseGrastate(formatGrastate({ uuid: UUID, seqno: 7 })), { uuid: UUID, seqno: 7, safeToBootstrap: true })
})

t.test('parseRecovered() takes the last position of the log', async t => {
  const log = `[Note] WSREP: Recovered position: ${UUID}:11\n[Note] WSREP: Recovered position: ${UUID}:12,0-1-5\n`
  t.strictSame(parseRecovered(log), { uuid: UUID, seqno: 12 })
  t.equal(parseRecovered('[ERROR] InnoDB: …'), undefined)
})

t.test('electBootstrap() takes the node with the newest transaction, not the first one', async t => {
  const at = (seqno: number) => ({ uuid: UUID, seqno })
  t.equal(electBootstrap([at(10), at(12), at(12)]), 1)
  t.equal(electBootstrap([at(-1), at(-1), at(-1)]), 0, 'a new lab')
})
