import t from 'tap'
import { CHECKS } from '../checks.ts'
import { gradeAnswers, parseAnswers, questionsFor } from './questions.ts'

t.test('questions differ between students, and are the same for one student', async t => {
  for (const [lesson, { questions }] of Object.entries(CHECKS)) {
    const texts = (student: string) => questionsFor(lesson, student, questions).map(({ text }) => text)
    t.strictSame(texts('Ana Souza'), texts(' ana  souza'), `${lesson}: the name decides, not how it is typed`)
    const all = ['Ana', 'Bruno', 'Carla', 'Davi', 'Elisa', 'Fábio'].map(student => texts(student).join())
    t.ok(new Set(all).size >= 4, `${lesson}: six students have at least four different sets`)
  }
})

t.test('gradeAnswers(): right answers have all points; accents and case do not count', async t => {
  for (const [lesson, { questions }] of Object.entries(CHECKS)) {
    const asked = questionsFor(lesson, 'Ana', questions)
    const respostas = Object.fromEntries(asked.map(({ id, answer }) => [id, ` ${answer.toUpperCase()} `]))
    t.ok(
      gradeAnswers(asked, { aluno: 'Ana', respostas }, false).every(({ points, max }) => points === max),
      lesson,
    )
  }
  const asked = [{ id: 'a', text: 'O navegador consulta de novo?', answer: 'não' }]
  t.match(gradeAnswers(asked, { aluno: '', respostas: { a: 'NAO.' } }, false), [{ points: 2 }])
})

t.test('gradeAnswers() shows the right answer to a teacher, not to the student', async t => {
  const asked = [{ id: 'a', text: 'Quantos?', answer: '42' }]
  const answers = { aluno: '', respostas: { a: '41' } }
  t.match(gradeAnswers(asked, answers, true), [{ points: 0, seen: '41', expected: '42' }])
  t.equal(gradeAnswers(asked, answers, false)[0]?.expected, undefined)
})

t.test('parseAnswers() says what is wrong with the file', async t => {
  t.strictSame(parseAnswers('r.json', '{"aluno":"Ana","respostas":{"a":3}}'), { aluno: 'Ana', respostas: { a: '3' } })
  t.throws(() => parseAnswers('r.json', '{'), /r\.json: não é JSON/)
  t.throws(() => parseAnswers('r.json', '{"respostas":{}}'), /falta "aluno"/)
  t.throws(() => parseAnswers('r.json', '{"aluno":"Ana"}'), /falta "respostas"/)
})
