/**
 * The lessons about databases and applications, in one lab: their commands, and what their checks see after right and wrong solutions. The lab runs with a
 * student's file for exercise 09.
 *
 * Read beside: testing/lesson-lab.ts, testing/check-cases.ts, lessons.test.ts (the other lessons)
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { ask } from '../lab/control-client.ts'
import { scratch } from '../test/testing/scratch.ts'
import { ObservedLab } from './grading/observed-lab.ts'
import * as cases from './testing/check-cases.ts'
import { startLessonLab } from './testing/lesson-lab.ts'
import { SOLUTIONS } from './testing/solutions.ts'

/** Lesson 08 needs three MySQL and three Redis servers. */
const replicated = existsSync('.lab/programs/usr/bin/wsrep_sst_mariabackup')
const withoutReplicas = replicated ? {} : { skip: 'Galera is not unpacked: LAB_INSTALL=1 npm test' }

const exercises = scratch(t)
mkdirSync(join(exercises, '09'))
writeFileSync(join(exercises, '09', 'sale.ts'), SOLUTIONS['09']?.right ?? '')
const { lab, follow } = await startLessonLab(exercises, ['--exercise=09', ...(replicated ? ['--ha'] : [])])
const observed = new ObservedLab(networkMap(lab.map.prefix, lab.map.ports, replicated))
t.teardown(() => observed.close())

t.test('lesson 08-replicas', withoutReplicas, t =>
  follow(t, '08-replicas', async commands => {
    if (commands === 1) await cases.nothingIsOff(t, observed)
    if (commands === 3) await cases.oneOfEachIsOff(t, observed)
  }),
)

t.test('lesson 09-ticket-sale', t =>
  follow(t, '09-ticket-sale', async commands => {
    if (commands === 0) await cases.applicationIsOff(t, observed, '09')
    if (commands < 4) return
    await cases.sale(t, observed)
    await ownSale(t)
  }),
)

t.test('lesson 10-messages', t =>
  follow(t, '10-messages', async commands => {
    if (commands === 0) await cases.applicationIsOff(t, observed, '10')
    if (commands === 4) await cases.signUp(t, observed)
  }),
)

t.test('lesson 11-tokens', t =>
  follow(t, '11-tokens', async commands => {
    if (commands === 0) await cases.applicationIsOff(t, observed, '11')
    if (commands === 4)
      await cases.tokens(t, observed, join(exercises, '11'), readFileSync(join(lab.folder, 'token'), 'utf8').trim())
  }),
)

const FAILING_SALE = `export const reserve = () => undefined
export const giveBack = seats => seats
export const obstacle = () => { throw new Error('mistake') }`

/** The lab runs with a student's exercise 09: right at first, and then at the one server that is left with a function that throws. */
async function ownSale(t: Test): Promise<void> {
  const log = () => readFileSync(join(lab.folder, 'logs', 'ingressos1.log'), 'utf8')
  t.match(log(), /exercise in place .*sale\.ts/)
  t.notMatch(log(), /exercise failed/)
  writeFileSync(join(exercises, '09', 'sale.ts'), FAILING_SALE)
  for (const name of ['ingressos1', 'ingressos2', 'ingressos3']) await ask(lab.folder, 'POST', `/stop?name=${name}`)
  await ask(lab.folder, 'POST', '/start?name=ingressos1')
  t.strictSame(await cases.boughtAgain(observed), [500, 200], 'a mistake ends one request, and not the server')
  t.match(log(), /exercise failed .*Error: mistake/)
}
