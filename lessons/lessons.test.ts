/**
 * The lessons, in one lab: every command of every lesson ends with exit code 0, and what it prints is what the lesson shows, where that is the same
 * each time (fences marked `text exact`). Then the checks against the same lab, and the pages in the painel.
 *
 * Read beside: test/testing/document-commands.ts (the commands of all other documents)
 */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { request } from 'undici'
import { authority, hostNamed, hostsOf, LOOPBACK_PREFIX } from '#shared/network-map.ts'
import { ask } from '../lab/control-client.ts'
import { launchBrowser, noBrowser } from '../test/testing/browser.ts'
import { forget, startLab } from '../test/testing/lab.ts'
import { scratch } from '../test/testing/scratch.ts'
import { until } from '../test/testing/until.ts'
import { CHECKS } from './checks.ts'
import { EXERCISES } from './exercises.ts'
import { LESSONS } from './folders.ts'
import { questionsFor } from './grading/questions.ts'
import { SOLUTIONS } from './testing/solutions.ts'

const COMMAND_TIMEOUT_MS = 180_000

const exercises = scratch(t)
const lab = await startLab({ env: { DRAIN_GRACE: '0', EXERCISES_DIR: exercises } })
t.teardown(async () => {
  await lab.stop()
  forget(lab.folder)
})
const painel = `http://${authority(hostNamed(lab.map, 'painel'))}`
const high = lab.map.ports === 'high' ? { HTTP_PORT: '8080', DNS_PORT: '5300' } : {}
const env = { ...process.env, LAB_DIR: lab.folder, LAB_PREFIX: lab.map.prefix, EXERCISES_DIR: exercises, ...high }

/** Runs a script of a lesson in this lab. @returns its standard output, as in a lab at 127.20.0 */
async function run(script: string): Promise<string> {
  const own = script.replaceAll(LOOPBACK_PREFIX, lab.map.prefix).replaceAll('.lab/', `${lab.folder}/`)
  const options = { env, timeout: COMMAND_TIMEOUT_MS }
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', own], options)
  return stdout.replaceAll(lab.map.prefix, LOOPBACK_PREFIX)
}

const doneSteps = async (number: string) =>
  ((await (await request(`${painel}/api/lessons/${number}`)).body.json()) as { done: number[] }).done

/** The next lesson needs the machines of `www` only. */
async function stopApplications(): Promise<void> {
  const { components } = await ask(lab.folder, 'GET', '/status')
  const names = hostsOf(lab.map, 'application').map(({ name }) => name)
  for (const { name, state } of components) {
    if (state === 'running' && names.includes(name)) await ask(lab.folder, 'POST', `/stop?name=${name}`)
  }
}

// The painel follows the lab while it is in use: from here on, it sees the steps.
await (await request(`${painel}/licoes/01`)).body.dump()
await (await request(`${painel}/api/map`)).body.dump()

for (const folder of LESSONS) {
  t.test(`lesson ${folder}`, async t => {
    const text = readFileSync(`lessons/${folder}/aula.md`, 'utf8')
    t.match(text, /^# \d/, 'it has a title')
    for (const [, script = '', kind, shown] of text.matchAll(
      /^```sh\n([\s\S]*?)^```$(?:\n\n```text( exact)?\n([\s\S]*?)^```$)?/gm,
    )) {
      const [first = ''] = script.split('\n')
      const printed = await run(script)
      if (kind === undefined) t.ok(true, first)
      else t.equal(printed, shown, first)
    }
    await stopApplications()
  })
}

t.test('steps that were observed are ticked off', async t => {
  await until('the steps of lesson 03', async () => (await doneSteps('03')).length >= 2)
  t.ok((await doneSteps('04')).includes(2), 'the refused request of lesson 04')
})

t.test('check NN: a student with right code and answers has all of these points', async t => {
  for (const lesson of ['02', '06']) {
    const folder = join(exercises, lesson)
    mkdirSync(folder, { recursive: true })
    const exercise = EXERCISES.find(({ number }) => number === lesson)
    if (exercise) writeFileSync(join(folder, exercise.file), SOLUTIONS[lesson]?.right ?? '')
    const questions = questionsFor(lesson, 'Ana', CHECKS[lesson]?.questions ?? (() => []))
    const respostas = Object.fromEntries(questions.map(({ id, answer }) => [id, answer]))
    writeFileSync(join(folder, 'respostas.json'), JSON.stringify({ aluno: 'Ana', respostas }))
    const printed = await run(`npm run -s lab -- check ${lesson} --json || true`)
    const { student, items } = JSON.parse(printed) as {
      student: string
      items: { title: string; points: number; max: number }[]
    }
    t.equal(student, 'Ana')
    const lost = items.filter(({ points, max }) => points < max).map(({ title }) => title)
    t.ok(
      lost.length === 1 && /TTL|backend4/.test(lost[0] ?? ''),
      `${lesson}: only the task in the zone is open: ${lost}`,
    )
  }
  t.match(await run(`npm run -s lab -- check 02 "$EXERCISES_DIR/02" --csv`), /^aluno;pontos;máximo;.*\nAna;16;16;/)
})

t.test('exercise NN writes stubs, and never over work that is there', async t => {
  t.match(await run('npm run -s lab -- exercise 03'), /criado .*03\/health\.ts/)
  writeFileSync(join(exercises, '03', 'health.ts'), 'work')
  t.match(await run('npm run -s lab -- exercise 03'), /já existe, não foi alterado/)
  t.equal(readFileSync(join(exercises, '03', 'health.ts'), 'utf8'), 'work')
  await run('npm run -s lab -- exercise 03 --again')
  t.equal(readFileSync(join(exercises, '03', 'health.1.ts'), 'utf8'), 'work')
})

t.test('the pages of the lessons: in both languages, and without accessibility problems', async t => {
  for (const path of ['/licoes', '/licoes/02', '/licoes/02.en']) {
    const { statusCode, headers, body } = await request(`${painel}${path}`)
    t.equal(statusCode, 200, path)
    t.match(headers['content-security-policy'], /default-src 'self'/)
    t.match(await body.text(), /<h1/)
  }
  t.equal((await request(`${painel}/licoes/99`)).statusCode, 404)
  const missing = noBrowser()
  if (missing !== undefined) return void t.comment(missing)
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({ bypassCSP: true })
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    await page.goto(`${painel}/licoes/02`)
    await page.waitForSelector('.step.done')
    await page.waitForSelector('#machines .is-up')
    await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' })
    const violations = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
    )
    t.strictSame([violations, errors], [[], []])
  } finally {
    await browser.close()
  }
})
