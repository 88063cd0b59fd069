/**
 * Every section of an RFC that the code cites is in docs/rfcs.md, and no RFC is obsolete.
 *
 * Read beside: docs/rfcs.md
 * Touches the world: through repository.ts.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { sources } from './repository.ts'

/** Obsolete, and what to cite instead (RFC 9110 Appendix B, RFC 9112 Appendix C, RFC 9499). */
const OBSOLETE: Readonly<Record<string, string>> = {
  2616: '9110 or 9112',
  7230: '9112',
  7231: '9110',
  7232: '9110',
  7233: '9110',
  7234: '9111',
  7235: '9110',
  7719: '9499',
  8499: '9499',
  7807: '9457',
}

const map = readFileSync('docs/rfcs.md', 'utf8')

/** `9112 3.2` for each section in the map: in a line, a section belongs to the RFC that was named last. */
const listed = new Set<string>()
for (const line of map.split('\n')) {
  let rfc = ''
  for (const [, number, section, last = section] of line.matchAll(/\bRFC (\d{3,5})|§([\d.]*\d)(?:–§([\d.]*\d))?/g)) {
    if (number !== undefined) rfc = number
    for (const one of number === undefined ? sectionsFrom(`${section}`, `${last}`) : []) listed.add(`${rfc} ${one}`)
  }
}

/** `§5.2–§5.4` is three sections. */
function sectionsFrom(first: string, last: string): string[] {
  const parent = first.slice(0, first.lastIndexOf('.') + 1)
  const [from, to] = [first, last].map(section => Number(section.slice(parent.length)))
  return Array.from({ length: (to ?? 0) - (from ?? 0) + 1 }, (_, index) => `${parent}${(from ?? 0) + index}`)
}

/** Whether the section is in the map, or one that contains it. */
function isListed(rfc: string, section: string): boolean {
  const parts = section.split('.')
  return parts.some((_, at) => listed.has(`${rfc} ${parts.slice(0, at + 1).join('.')}`))
}

t.test('every section of an RFC that the code cites is in docs/rfcs.md', async t => {
  for (const { file, text } of sources) {
    const flowing = text.replaceAll(/\n\s*(?:\*|\/\/) ?/g, ' ')
    for (const [, rfc = '', sections = ''] of flowing.matchAll(/\bRFC (\d{3,5})((?:[ ,]*(?:and )?§[\d.]*\d)*)/g)) {
      t.ok(new RegExp(`\\b${rfc}\\b`).test(map), `RFC ${rfc}, cited in ${file}`)
      t.notOk(OBSOLETE[rfc], `RFC ${rfc}, cited in ${file}, is current (instead: ${OBSOLETE[rfc]})`)
      for (const [, section = ''] of sections.matchAll(/§([\d.]*\d)/g)) {
        t.ok(isListed(rfc, section), `RFC ${rfc} §${section}, cited in ${file}`)
      }
    }
  }
})
