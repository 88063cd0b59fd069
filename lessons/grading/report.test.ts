import t from 'tap'
import type { Grade } from './grade.ts'
import { csvReport, markdownReport, terminalReport } from './report.ts'

const grade = (student: string, points: number): Grade => ({
  lesson: '02',
  student,
  seed: student,
  items: [
    { title: 'rodízio', points: 1, max: 1 },
    { title: 'a) Quantos | bytes?', points, max: 2, seen: '3\n4', expected: '5' },
  ],
})

t.test('terminalReport() has points, what was seen, and the total with a comma', async t => {
  const lines = terminalReport(grade('Ana', 0.5))
  t.ok(lines.includes(' ✓ 1/1  rodízio'))
  t.ok(lines.includes(' ~ 0,5/2  a) Quantos | bytes?'))
  t.ok(lines.includes('      visto:    3 4'))
  t.equal(lines.at(-1), 'Total: 1,5 de 3')
})

t.test('markdownReport() is a table', async t => {
  t.ok(markdownReport(grade('Ana', 0)).includes('| ✗ | 0/2 | a) Quantos \\| bytes? | 3 4 | 5 |'))
})

t.test('csvReport() has one line for each student, and no formula', async t => {
  t.strictSame(csvReport([grade('Ana; Souza', 2), grade('=1+1', 0)]), [
    'aluno;pontos;máximo;rodízio;a) Quantos | bytes?',
    '"Ana; Souza";3;3;1;2',
    "'=1+1;1;3;1;0",
  ])
})
