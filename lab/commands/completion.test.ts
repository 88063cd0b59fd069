import { execFileSync } from 'node:child_process'
import t from 'tap'
import { completion } from './completion.ts'

function scriptFor(shell: string): string {
  const lines: string[] = []
  completion.run([shell], { folder: '', json: false, print: line => lines.push(line), note: () => {} })
  return lines.join('\n')
}

t.test('completion bash completes commands, and the names of components after them', async t => {
  const completed = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `${scriptFor('bash')}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lab; echo "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ],
      {
        encoding: 'utf8',
      },
    ).trim()
  t.equal(completed('lab', 'st'), 'start stop status')
  t.equal(completed('lab', 'stop', 'back'), 'backend1 backend2 backend3 backend4')
  t.equal(completed('lab', 'completion', ''), 'bash zsh')
  t.equal(completed('lab', 'status', ''), '')
})

t.test('completion zsh has a line for every command', async t => {
  const script = scriptFor('zsh')
  t.match(script, /^ {6}pause\) choices="painel mysql /m)
  t.match(script, /^compdef _lab lab$/m)
  t.notMatch(script, /COMMANDS|CASES/)
})

t.test('completion has bash and zsh only', async t => {
  for (const args of [[], ['fish'], ['bash', 'zsh']]) t.notOk(completion.accepts(args))
})
