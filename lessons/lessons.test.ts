/**
 * The lessons about www, in one lab: their commands, the checks against the same lab, and the pages in the painel.
 *
 * Read beside: testing/lesson-lab.ts, application-lessons.test.ts (the other lessons), test/testing/document-commands.ts (the commands of all other documents)
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { request } from 'undici'
import { authority, hostNamed } from '#shared/network-map.ts'
import { accessibilityViolations, launchBrowser, noBrowser } from '../test/testing/browser.ts'
import { scratch } from '../test/testing/scratch.ts'
import { until } from '../test/testing/until.ts'
import { CHECKS } from './checks.ts'
import { EXERCISES } from './exercises.ts'
import { LESSONS } from './folders.ts'
import { questionsFor } from './grading/questions.ts'
import { startLessonLab } from './testing/lesson-lab.ts'
import { SOLUTIONS } from './testing/solutions.ts'

/** application-lessons.test.ts */
const MORE_MACHINES = /^(08|09|10|11)-/

const exercises = scratch(t)
const { lab, run, follow } = await startLessonLab(exercises)
const painel = `http://${authority(hostNamed(lab.map, 'painel'))}`

const doneSteps = async (number: string) =>
  ((await (await request(`${painel}/api/lessons/${number}`)).body.json()) as { done: number[] }).done

// The painel follows the lab while one of its pages is open, however long the lessons take: from here on, it sees the steps.
const page = await request(`${painel}/api/live`)
page.body.on('error', () => {}).resume()
t.teardown(() => page.body.destroy())
await (await request(`${painel}/api/map`)).body.dump()

for (const folder of LESSONS.filter(folder => !MORE_MACHINES.test(folder)))
  t.test(`lesson ${folder}`, t => follow(t, folder))

t.test('steps that were observed are ticked off', async () => {
  await until('the steps of lesson 03', async () => (await doneSteps('03')).length >= 2)
  await until('the refused request of lesson 04', async () => (await doneSteps('04')).includes(2))
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
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    await page.goto(`${painel}/licoes/02`)
    await page.waitForSelector('.step.done')
    await page.waitForSelector('#machines .is-up')
    t.strictSame([await accessibilityViolations(page), errors], [[], []])
  } finally {
    await browser.close()
  }
})
