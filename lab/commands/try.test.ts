/**
 * `npm run lab -- try N` against a lab on high ports, in a folder with a space in its name.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startLab } from '../../test/testing/lab.ts'
import { scratch } from '../../test/testing/scratch.ts'

const folder = join(scratch(t), 'lab 2')
mkdirSync(folder)
const lab = await startLab({ folder, env: { LAB_PORTS: 'high' } })
t.teardown(() => lab.stop())
const { prefix } = lab.map

t.test('try lists the experiments, in both languages', async t => {
  const list = await lab.command('try')
  t.match(list, /^1\. Pergunte três vezes.* · Ask three times/m)
  t.match(list, /^5\. /m)
  t.match(JSON.parse(await lab.command('try', '4', '--json')), [{ number: 4, script: '', english: { number: 4 } }])
})

t.test('try N prints the commands with what is in force here, and runs them', async t => {
  const rotation = await lab.command('try', '1')
  t.match(rotation, new RegExp(`^ {4}for i in 1 2 3; do dig @${prefix}\\.5 -p 5300 `, 'm'))
  t.equal(rotation.match(/\tIN\tA\t/g)?.length, 9)
  const login = await lab.command('try', '2')
  t.match(login, /"username":"ana"/)
  t.equal(login.match(/^HTTP\/1\.1 200 OK/gm)?.length, 3)
  const outage = await lab.command('try', '3')
  t.equal(outage.match(/^200 /gm)?.length, 6)
  t.match(await lab.command('try', '5'), new RegExp(`^${prefix}\\.13$`, 'm'))
})

t.test('try N says which numbers there are', async t => {
  await t.rejects(lab.command('try', '9'), {
    message: /try 9: não existe; os experimentos vão de 1 a 5 · does not exist; the experiments are 1 to 5\n/,
  })
})
