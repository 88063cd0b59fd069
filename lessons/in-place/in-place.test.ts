/**
 * A component with a student's file in place of ours: right, and with every kind of mistake. A mistake ends one request, not the component.
 */
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { exchangeDns } from '../../client/resolver/dns-exchange.ts'
import { withPrefix } from '../../lab/zones.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { scratch } from '../../test/testing/scratch.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'
import { EXERCISES } from '../exercises.ts'
import { SOLUTIONS } from '../testing/solutions.ts'

const PREFIX = loopbackPrefix()
const WWW = 'www.meutrabalho.com.br'

/** A component that runs the source as the student's file of an exercise. */
async function start(
  t: Test,
  number: string,
  source: string,
  octet: number,
  program: string,
  health = '0',
): Promise<Spawned> {
  const folder = scratch(t)
  const { file } = EXERCISES.find(exercise => exercise.number === number) ?? { file: '' }
  mkdirSync(join(folder, number))
  writeFileSync(join(folder, number, file), source)
  const zone = readFileSync('dns-server/zones/db.meutrabalho.com.br', 'utf8')
  mkdirSync(join(folder, 'zones'))
  writeFileSync(join(folder, 'zones', 'db.meutrabalho.com.br'), withPrefix(zone, PREFIX))
  const component = new Spawned(t, [process.execPath, '--import', './lessons/in-place/preload.ts', program], {
    env: {
      ADDRESS: `${PREFIX}.${octet}`,
      LAB_PORTS: 'high',
      LAB_EXERCISE: number,
      EXERCISES_DIR: folder,
      ZONES: join(folder, 'zones'),
      HEALTH: health,
    },
  })
  await component.says(/listening/)
  return component
}

const ns1 = (t: Test, number: string, source: string) => start(t, number, source, 5, 'dns-server/main.ts')
const ask = async () => {
  const { message } = await exchangeDns({ address: `${PREFIX}.5`, port: 5300 }, WWW, 'A', 5_000)
  return { rcode: message.header.rcode, first: message.answers[0]?.address?.split('.').at(-1) }
}

t.test('every file that an exercise replaces exists and exports its functions', async t => {
  for (const { replaces, functions, without } of EXERCISES) {
    const ours = await import(`../../${replaces}`)
    for (const name of functions) t.type(ours[name], 'function', `${replaces}: ${name}`)
    for (const file of Object.keys(without)) await t.resolves(import(`../../${file}`))
  }
})

t.test(
  'exercise 02: the answers are those of the student, without a watcher and with one, and events say so',
  async t => {
    const backwards = `export const rotate = (count, start) => Array.from({ length: count }, (_, i) => (start + count - i) % count)
export const nextStart = (count, sent) => (sent[0] + count - 1) % count`
    const component = await ns1(t, '02', backwards)
    t.match(component.output, /exercise in place/)
    t.strictSame(
      [await ask(), await ask(), await ask()].map(({ first }) => first),
      ['20', '22', '21'],
    )
    const { body } = await request(`http://${PREFIX}.5:9100/events?kind=dns.query`)
    await once(body, 'readable')
    let text = ''
    body.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    await ask()
    while (!text.includes('"exercise"')) await once(body, 'data')
    t.match(text, '"exercise":{"number":"02","function":"nextStart","outcome":"answered"}')
    body.destroy()
  },
)

t.test(
  'exercise 02: a function that throws, does not end or returns an invalid value costs one answer each time',
  async t => {
    const component = await ns1(
      t,
      '02',
      `let calls = 0
export const nextStart = (count, sent) => (sent[0] + 1) % count
export function rotate(count, start) {
  calls++
  if (calls === 1) throw new TypeError('mistake')
  if (calls === 2) for (;;) {}
  if (calls === 3) return 'nonsense'
  return [0, 1, 2]
}`,
    )
    t.strictSame(
      [await ask(), await ask(), await ask()].map(({ rcode }) => rcode),
      [2, 2, 2],
      'SERVFAIL',
    )
    t.match(await ask(), { rcode: 0, first: '20' })
    t.match(component.output, /exercise failed .*TypeError: mistake/)
    t.match(component.output, /não terminou em 300 ms/)
    t.match(component.output, /não é uma lista de posições/)
  },
)

t.test('exercise 01: a mistake is FORMERR, and the right solution answers', async t => {
  await ns1(t, '01', SOLUTIONS['01']?.right ?? '')
  t.match(await ask(), { rcode: 0, first: '20' })
})

t.test('exercise 01: a function that throws another error makes FORMERR', async t => {
  await ns1(t, '01', 'export const decodeName = () => { throw new Error("mistake") }')
  t.equal((await ask()).rcode, 1)
})

/** The state of frontend1 at ns1; nothing listens there. */
const isHealthy = async () => {
  const { body } = await request(`http://${PREFIX}.5:9100/status`)
  const { health } = (await body.json()) as { health: { frontends: { name: string; healthy: boolean }[] } }
  return health.frontends.find(({ name }) => name === 'frontend1')?.healthy
}

t.test('exercise 03: the student decides which frontends are healthy', async t => {
  await start(t, '03', SOLUTIONS['03']?.right ?? '', 5, 'dns-server/main.ts', '1')
  await until('the right solution: the first check has failed', async () => (await isHealthy()) === false)
})

t.test('exercise 03: a wrong decision shows, and a function that throws leaves the state as it was', async t => {
  const optimist = `let calls = 0
export function observe(health) {
  if (++calls > 3) throw new TypeError('mistake')
  return { ...health, healthy: true, known: true }
}`
  const component = await start(t, '03', optimist, 5, 'dns-server/main.ts', '1')
  await until('a frontend that does not answer is healthy', async () => (await isHealthy()) === true)
  await component.says(/exercise failed .*observe\(\): TypeError: mistake/)
  t.equal(await isHealthy(), true)
  t.match(await ask(), { rcode: 0 })
})

t.test('exercises 04 and 05: a mistake makes 400 and 503, and the edge proxy goes on', async t => {
  const get = async (octet: number) => {
    const { statusCode, body } = await request(`http://${PREFIX}.${octet}:8080/status`)
    await body.dump()
    return statusCode
  }
  await start(t, '04', 'export const requestFraming = () => { for (;;) {} }', 20, 'edge-proxy/main.ts')
  t.strictSame([await get(20), await get(20)], [400, 400])
  await start(t, '05', 'export const nextTurn = () => 7', 21, 'edge-proxy/main.ts')
  t.strictSame([await get(21), await get(21)], [503, 503])
})

t.test('a component that the exercise does not name runs our file', async t => {
  const component = await ns1(t, '04', 'export const requestFraming = () => { throw new Error() }')
  t.match(await ask(), { rcode: 0, first: '20' })
  t.notMatch(component.output, /exercise in place/)
})
