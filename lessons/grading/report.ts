/**
 * Grades as text for the terminal, as Markdown, and as a CSV table for a class. In Portuguese.
 *
 * Read beside: grade.ts
 * Pure.
 */
import { type Grade, pointsOf } from './grade.ts'

/** A long value is cut here, in characters. */
const MAX_VALUE = 160

export function terminalReport(grade: Grade): string[] {
  const { points, max } = pointsOf(grade)
  return [
    `Lição ${grade.lesson} · ${grade.student}`,
    '',
    ...grade.items.flatMap(({ title, points, max, seen, expected }) => [
      ` ${mark(points, max)} ${number(points)}/${number(max)}  ${title}`,
      ...(seen === undefined ? [] : [`      visto:    ${short(seen)}`]),
      ...(expected === undefined ? [] : [`      esperado: ${short(expected)}`]),
    ]),
    '',
    `Total: ${number(points)} de ${number(max)}`,
  ]
}

export function markdownReport(grade: Grade): string[] {
  const { points, max } = pointsOf(grade)
  const cell = (text = '') => short(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
  return [
    `# Lição ${grade.lesson}: ${grade.student}`,
    '',
    '| | pontos | item | visto | esperado |',
    '|---|---|---|---|---|',
    ...grade.items.map(
      ({ title, points, max, seen, expected }) =>
        `| ${mark(points, max)} | ${number(points)}/${number(max)} | ${cell(title)} | ${cell(seen)} | ${cell(expected)} |`,
    ),
    '',
    `**Total: ${number(points)} de ${number(max)}**`,
    '',
  ]
}

/** One line for each student: name, points, maximum, and the points of each item. */
export function csvReport(grades: readonly Grade[]): string[] {
  const titles = [...new Set(grades.flatMap(({ items }) => items.map(({ title }) => title)))]
  const rows = grades.map(grade => {
    const { points, max } = pointsOf(grade)
    const byTitle = new Map(grade.items.map(item => [item.title, item.points]))
    return [grade.student, ...[points, max, ...titles.map(title => byTitle.get(title) ?? 0)].map(number)]
  })
  return [['aluno', 'pontos', 'máximo', ...titles], ...rows].map(row => row.map(csvCell).join(';'))
}

/**
 * Quoted where needed (RFC 4180 §2). A cell that a spreadsheet would take for a formula gets an apostrophe: a student chooses the name of the
 * folder. The separator is a semicolon, because Brazilian spreadsheets write decimals with a comma.
 */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[";\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function mark(points: number, max: number): string {
  if (max === 0) return '·' // a note: nothing is graded there
  return points === max ? '✓' : points === 0 ? '✗' : '~'
}

/** `1`, `0,43` */
function number(value: number): string {
  return `${Math.round(100 * value) / 100}`.replace('.', ',')
}

/** One line, without control characters. */
function short(text: string): string {
  const line = text.replaceAll(/[\x00-\x1f\x7f]+/g, ' ')
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE)}…` : line
}
