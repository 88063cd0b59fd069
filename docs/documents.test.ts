/**
 * The documents name files that exist: every relative link, and every path in backticks.
 *
 * Read beside: glossary.test.ts (the same for the glossary), ../test/readme.test.ts (runs the commands)
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'

const documents = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .map(file => ({ file, text: readFileSync(file, 'utf8') }))

interface Fence {
  readonly language: string | undefined
  readonly script: string
}

/** The fragment that GitHub makes of a heading. */
const fragmentOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

t.test('every relative link leads to a file, and its fragment to a heading', async t => {
  for (const { file, text } of documents)
    for (const [, target = '', , fragment] of text.matchAll(/\]\(((?!https?:)[^)#]*)(#([^)]+))?\)/g)) {
      const path = target === '' ? file : join(dirname(file), target)
      t.ok(existsSync(path), `${file}: ${path} exists`)
      if (fragment === undefined || !path.endsWith('.md')) continue
      const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => fragmentOf(text))
      t.ok(headings.includes(fragment), `${file}: ${path} has the heading #${fragment}`)
    }
})

t.test('every file and folder that a document names from the root exists', async t => {
  const named = documents
    .filter(({ file }) => !file.includes('/') || file.startsWith('docs/'))
    .flatMap(({ file, text }) =>
      [
        ...text.matchAll(
          /`((?:backend|bench|client|db|dns-server|docs|edge-proxy|lab|painel|peers|shared|test)\/[\w./-]*)`/g,
        ),
      ].map(([, path = '']) => ({ file, path })),
    )
  t.ok(named.length > 200)
  for (const { file, path } of named) t.ok(existsSync(path), `${file}: ${path}`)
})

t.test('both READMEs have the same commands, and those for macOS are in the syntax of a shell', async t => {
  const [english, portuguese] = ['README.md', 'README.pt-BR.md'].map(name => {
    const { text = '' } = documents.find(({ file }) => file === name) ?? {}
    return [...text.matchAll(/^```(sh|zsh|powershell)\n([\s\S]*?)^```$/gm)].map(([, language, script = '']) => ({
      language,
      script,
    }))
  }) as [Fence[], Fence[]]
  t.strictSame(portuguese, english)
  t.strictSame(
    ['sh', 'zsh', 'powershell'].map(language => english.filter(fence => fence.language === language).length),
    [4, 5, 5],
    'each experiment has the forms for macOS and Windows; the browser is a command outside of the fences on Linux',
  )
  for (const { script } of english.filter(({ language }) => language === 'zsh')) {
    t.doesNotThrow(() => execFileSync('bash', ['-n', '-c', script]), script)
  }
})

t.test(
  'the commands write into the folder of the lab, not into /tmp: two users of one machine have two labs',
  async t => {
    const scripts = documents.flatMap(({ file, text }) =>
      [...text.matchAll(/^```(?:sh|zsh|console)\n([\s\S]*?)^```$/gm)].map(([, script = '']) => ({ file, script })),
    )
    t.ok(scripts.length > 50)
    for (const { file, script } of scripts) t.notMatch(script, /(?<![\w.])\/tmp\//, file)
  },
)

t.test('a decision that the code refers to is a heading of docs/decisions.md', async t => {
  const headings = [...readFileSync('docs/decisions.md', 'utf8').matchAll(/^### (.*)$/gm)].map(([, text = '']) => text)
  const sources = execFileSync('git', ['ls-files', '*.ts', '*.yaml'], { encoding: 'utf8' }).trim().split('\n')
  for (const file of sources)
    for (const [, title = ''] of readFileSync(file, 'utf8').matchAll(/decisions\.md \("([^"]+)"\)/g)) {
      t.ok(
        headings.some(heading => heading.includes(title)),
        `${file}: "${title}"`,
      )
    }
  t.ok(headings.length > 40)
})

t.test('the README of each folder begins with a summary in Portuguese', async t => {
  const readmes = documents.filter(({ file }) => /^[\w-]+\/README\.md$/.test(file))
  t.ok(readmes.length >= 9)
  for (const { file, text } of readmes)
    t.match(text.split('\n').slice(0, 6).join('\n'), /^\*\*(?:Em|Resumo em) português\.\*\* /m, file)
})
