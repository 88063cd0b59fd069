/**
 * The core path stays small: what one query, one page and one login run is at most 2,500 lines, without a plug-in, and documented.
 *
 * When this fails: a file that is new on the path gets a place in stages.ts; then `npm run core-path` writes the documents anew.
 * What an ordinary request does not need moves to a file of its own, which plugs in at one place.
 *
 * Touches the world: starts a lab of its own.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { corePathDocument, withReadingOrder } from './document.ts'
import { measureCorePath } from './measure.ts'
import { inReadingOrder, MOST_LINES, plugInsAmong } from './stages.ts'

const documented = readFileSync('docs/core-path.md', 'utf8')
const inDocument = new Set([...documented.matchAll(/^\| \[([^\]]+)\]/gm)].map(([, file = '']) => file))
const first = await measureCorePath()
// Work beside the request that was already under way, a health check for example, is not the same twice. So a file that runs in one of
// two measurements may be in the document or not; one that runs in both must be there, and one that runs in neither must not.
const second = inDocument.symmetricDifference(first).size === 0 ? first : await measureCorePath()
const ran = new Map([...first, ...second])
const path = new Map([...ran].filter(([file]) => inDocument.has(file) || (first.has(file) && second.has(file))))
const stages = inReadingOrder(path)

t.test('an ordinary request runs at most 2,500 lines, and no plug-in', async t => {
  const total = stages.reduce((sum, { lines }) => sum + lines, 0)
  const heaviest = [...path].sort(([, a], [, b]) => b - a).slice(0, 8)
  t.ok(total <= MOST_LINES, `${total} lines; the most are in ${heaviest.map(([file, lines]) => `${file} ${lines}`)}`)
  t.strictSame(plugInsAmong(path.keys()), [])
})

t.test('every stage of the reading order is on the path, and the first one is a client', async t => {
  for (const { english, read, files } of stages) {
    t.ok(files.length > 0, english)
    for (const name of read) t.ok(path.has(name), `${name} is on the path`)
  }
  t.equal(stages[0]?.files[0]?.file, 'dns-server/dig.ts')
})

/** Figures differ by a few lines from run to run: a pool that is filled, a timer that is due. The files do not. */
const withoutFigures = (text: string) => text.replaceAll(/\d+ \|$|^\| \d+|\d+ lines/gm, 'n')

t.test('docs/core-path.md and the reading order in the READMEs are up to date: npm run core-path', async t => {
  t.equal(withoutFigures(documented), withoutFigures(corePathDocument(stages)))
  for (const [file, language] of [
    ['README.md', 'english'],
    ['README.pt-BR.md', 'portuguese'],
  ] as const) {
    const readme = readFileSync(file, 'utf8')
    t.equal(withoutFigures(readme), withoutFigures(withReadingOrder(readme, stages, language)), file)
  }
})
