/**
 * The glossary is complete and true: five columns, terms in order, files that exist, sections that are written as elsewhere.
 *
 * Read beside: glossary.md
 */
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'

const COLUMNS = 'term | meaning | RFC and section | pt-BR | file'
const SECTIONS = /^(?:–|RFC \d{3,5} §[\d.]+(?:, RFC \d{3,5} §[\d.]+)*)$/

const tables = readFileSync(new URL('glossary.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map(section => {
    const [heading = '', ...lines] = section.split('\n')
    const [columns = '', , ...rows] = lines.filter(line => line.startsWith('|'))
    return { heading, columns, rows: rows.map(row => row.split('|').map(cell => cell.trim())) }
  })
  .filter(({ columns }) => columns.includes(COLUMNS))

t.test('every term has a meaning, a section (or a dash), a Portuguese word and a file that exists', async t => {
  for (const { rows } of tables)
    for (const [, term = '', meaning = '', section = '', portuguese = '', file = '', ...rest] of rows) {
      t.strictSame(rest, [''], `${term}: five columns`)
      t.ok(meaning && portuguese, `${term}: meaning and pt-BR`)
      t.match(section, SECTIONS, `${term}: RFC and section`)
      const path = /^`(.+)`$/.exec(file)?.[1]
      t.ok(path !== undefined && existsSync(new URL(`../${path}`, import.meta.url)), `${term}: the file ${file} exists`)
    }
})

t.test('the terms of each table are in alphabetical order, and no term is there twice', async t => {
  const terms = tables.map(({ rows }) => rows.map(([, term = '']) => term))
  for (const table of terms) t.strictSame(table, table.toSorted(new Intl.Collator('en').compare))
  t.equal(new Set(terms.flat()).size, terms.flat().length)
  t.ok(terms.flat().length >= 60, 'the tables were found')
})
