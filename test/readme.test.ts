/**
 * The commands of all documents end with exit code 0, on the ports that a DNS server and a web server usually have.
 *
 * Read beside: testing/document-commands.ts
 */
import t from 'tap'
import { documentCommands, runCommands } from './testing/document-commands.ts'

const commands = documentCommands()

t.test('there are commands to try', async t => {
  t.ok(commands.length > 5)
})

await runCommands(commands, 'low')
