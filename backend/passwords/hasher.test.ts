import t from 'tap'
import { Hasher } from './hasher.ts'
import { parsePhc } from './phc.ts'

const CHEAP = { memory: 64, passes: 1, parallelism: 1 }

t.test('verify() accepts the password that was hashed, and no other one', async t => {
  const hasher = new Hasher({ cost: CHEAP })
  const stored = await hasher.hash('uma senha com ç')
  t.strictSame(await hasher.verify('uma senha com ç', stored), { matches: true, outdated: false })
  t.strictSame(
    await hasher.verify('uma senha com c\u0327', stored),
    { matches: true, outdated: false },
    'composed accents or not',
  )
  t.strictSame(await hasher.verify('uma senha com c', stored), { matches: false, outdated: false })
  t.not(await hasher.hash('uma senha com ç'), stored, 'a new salt each time')
})

t.test('verify() checks the seeded password of db/init.sql', async t => {
  const ana = '$argon2id$v=19$m=19456,t=2,p=1$KVLG+0OU6SH4bDmQ1+CmFw$YZl7Oq3KZpvAcgjS1A8yZQZKjF6J8rGEnUCLp0U4kRM'
  t.strictSame(await new Hasher().verify('ana-no-laboratorio', ana), { matches: true, outdated: false })
})

t.test('verify() reports a stored hash of a lower cost than the present one', async t => {
  const stored = await new Hasher({ cost: CHEAP }).hash('x')
  t.strictSame(await new Hasher({ cost: { ...CHEAP, passes: 2 } }).verify('x', stored), {
    matches: true,
    outdated: true,
  })
})

t.test('verify() does the same work for a user who does not exist', async t => {
  const hasher = new Hasher({ cost: { memory: 8 * 1024, passes: 3, parallelism: 1 } })
  const stored = await hasher.hash('x')
  const cpu = async (line: string | undefined) => {
    const before = process.cpuUsage()
    t.notOk((await hasher.verify('wrong', line)).matches)
    return process.cpuUsage(before).user
  }
  // Alternating, so that both are equally affected by the other work of the machine.
  let [known, unknown] = [0, 0]
  for (let i = 0; i < 10; i++) {
    known += await cpu(stored)
    unknown += await cpu(undefined)
  }
  t.ok(
    unknown > known / 2 && unknown < known * 2,
    `${known} µs of CPU for a known user, ${unknown} µs for an unknown one`,
  )
})

t.test('hash() uses the present cost', async t => {
  t.strictSame(parsePhc(await new Hasher({ cost: CHEAP }).hash('x'))?.cost, CHEAP)
})
