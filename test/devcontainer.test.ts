/**
 * .devcontainer against the set-up: what `npm start` needs is installed when the container is made, and nothing has to be installed as root later.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'

t.test('the container has the system packages that npm start needs', async t => {
  const text = readFileSync(new URL('../.devcontainer/devcontainer.json', import.meta.url), 'utf8')
  const { onCreateCommand, image, forwardPorts } = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''))
  // The lists of lab/setup/packages.sh, on a machine on which nothing is installed.
  const script = 'here() { false; }; library() { false; }; lab_packages; tools'
  const needed = execFileSync('sh', ['-c', `. lab/setup/packages.sh; ${script}`], { encoding: 'utf8' })
    .trim()
    .split(/ +/)
  t.ok(needed.length > 4, needed.join(' '))
  for (const name of needed) t.ok(onCreateCommand.split(' ').includes(name), name)
  t.match(image, /node:(2[2-9])-/, 'a Node that runs TypeScript')
  t.ok(forwardPorts.includes(8081))
})
