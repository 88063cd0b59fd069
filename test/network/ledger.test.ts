import t from 'tap'
import { Ledger } from './ledger.ts'

t.test('Ledger.allows() accepts what was acknowledged, and what may have happened besides', async t => {
  const ledger = new Ledger()
  ledger.acknowledge(ledger.begin())
  const floor = ledger.floor
  ledger.begin() // no response: it may have been written
  t.strictSame(
    [0, 1, 2, 3].map(read => ledger.allows(read, floor)),
    [false, true, true, false],
  )
})

t.test('Ledger.lost() counts an old value that replaced an acknowledged one', async t => {
  const ledger = new Ledger()
  for (let i = 0; i < 3; i++) ledger.acknowledge(ledger.begin())
  ledger.begin()
  t.strictSame(
    [1, 3, 4].map(read => ledger.lost(read)),
    [2, 0, 0],
  )
})

t.test('a read that began before a write was acknowledged may return the value before it', async t => {
  const ledger = new Ledger()
  const { floor } = ledger
  ledger.acknowledge(ledger.begin())
  t.ok(ledger.allows(0, floor))
  t.notOk(ledger.allows(0, ledger.floor))
})
