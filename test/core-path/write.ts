/**
 * Shell: `npm run core-path` measures the core path and writes docs/core-path.md and the reading order in the READMEs.
 *
 * Read beside: measure.ts, document.ts
 * Opens: a lab of its own; writes three files of the repository.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { corePathDocument, withReadingOrder } from './document.ts'
import { measureCorePath } from './measure.ts'
import { inReadingOrder } from './stages.ts'

// What runs in one of two measurements only is work beside the request.
const [first, second] = [await measureCorePath(), await measureCorePath()]
const stages = inReadingOrder(new Map([...first].filter(([file]) => second.has(file))))
writeFileSync('docs/core-path.md', corePathDocument(stages))
for (const [file, language] of [
  ['README.md', 'english'],
  ['README.pt-BR.md', 'portuguese'],
] as const) {
  writeFileSync(file, withReadingOrder(readFileSync(file, 'utf8'), stages, language))
}
process.stdout.write(`${stages.reduce((sum, { lines }) => sum + lines, 0)} lines: docs/core-path.md\n`)
