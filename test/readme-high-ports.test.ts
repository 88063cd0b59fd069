/**
 * The commands of the README end with exit code 0 on ports above 1024 too, after the line that the README says to type first.
 *
 * Read beside: testing/document-commands.ts
 */
import t from 'tap'
import { documentCommands, runCommands } from './testing/document-commands.ts'

const commands = documentCommands().filter(({ file }) => file === 'README.md')

t.test('there are commands to try', async t => {
  t.ok(commands.length >= 4)
})

await runCommands(commands, 'high')
