/**
 * The rules of the house that a reader relies on, as tests (CONTRIBUTING.md gives them in words). More of them in house/.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { files, sources } from './house/repository.ts'
import './house/exports.ts'
import './house/imports.ts'
import './house/names.ts'
import './house/read-beside.ts'
import './house/rfcs.ts'
import './house/words.ts'

const folders = [
  'lessons',
  'painel',
  'client',
  'dns-server',
  'edge-proxy',
  'backend',
  'shared',
  'db',
  'lab',
  'peers',
  'bench',
  'test',
]

const SMELL_LINES = 250
const EXCUSE = /Longer than \d+ lines because /

/** What opens sockets, files or processes. Names that only compute may be imported from such a module. */
const WORLD =
  /^import (?!type)(.*) from '(node:(?:net|dgram|http|https|fs|fs\/promises|child_process|tls)|undici|ioredis|mysql2.*)'/gm
const ONLY_COMPUTES = /^\{ (?:(?:type \w+|STATUS_CODES|isIP|isIPv4|isIPv6|BlockList|SocketAddress)(?:, )?)+ \}$/

/** The first comment of a file. */
function headerOf(text: string): string {
  return /^(?:#![^\n]*\n)?\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? ''
}

t.test(
  'the first lines of a file say what it is, what to read beside it, and whether it touches the world',
  async t => {
    for (const { file, text } of sources) {
      t.ok(
        /(Pure|Touches the world|Touches nothing|Shell)\b/.test(headerOf(text)),
        `${file} says whether it touches the world`,
      )
    }
  },
)

t.test('files that say Pure import nothing that opens a socket, a file or a process', async t => {
  const pure = sources.filter(({ text }) => /^ \* (?:Shell: )?Pure\b/m.test(headerOf(text)))
  t.ok(pure.length > 100)
  for (const { file, text } of pure) {
    const found = [...text.matchAll(WORLD)].filter(([, names = '']) => !ONLY_COMPUTES.test(names))
    t.strictSame(
      found.map(([line]) => line),
      [],
      file,
    )
  }
})

t.test(`no source is longer than ${SMELL_LINES} lines without a reason`, async t => {
  for (const { file, text } of sources) {
    const lines = text.split('\n').length - 1
    t.ok(lines <= SMELL_LINES || EXCUSE.test(text), `${file} has ${lines} lines`)
  }
})

t.test('no test measures the time on the wall: a busy machine would fail it', async t => {
  for (const file of files.filter(file => file.endsWith('.test.ts') && file !== 'test/house.test.ts')) {
    t.notMatch(readFileSync(file, 'utf8'), /performance\.now\(|hrtime/, file)
  }
})

t.test('a path is taken from a URL with fileURLToPath(), so that a clone may lie in a folder with spaces', async t => {
  for (const { file, text } of sources) t.notMatch(text, /import\.meta\.url\)\.pathname/, file)
})

t.test('a document that is there in two languages shows the same files and commands in both', async t => {
  const pairs = [
    ['README.md', 'README.pt-BR.md'],
    ['docs/life-of-a-request.md', 'docs/vida-de-uma-requisicao.md'],
  ] as const
  const isPair = (target: string) => pairs.flat().some(file => file.endsWith(target) || target === file)
  for (const [english, portuguese] of pairs) {
    const [first, second] = [english, portuguese].map(file => {
      const text = readFileSync(file, 'utf8')
      const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target)
      return {
        headings: [...text.matchAll(/^#+ /gm)].map(([level]) => level),
        links: links.filter(target => !isPair(target)),
        commands: [...text.matchAll(/^\$ (.*?)(?: {2,}#.*)?$/gm)].map(([, command]) => command),
      }
    })
    t.strictSame(second, first, `${portuguese} is ${english}`)
  }
})

t.test('every folder has a README with the same headings', async t => {
  for (const folder of folders) {
    const readme = files.includes(`${folder}/README.md`) ? readFileSync(`${folder}/README.md`, 'utf8') : ''
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    for (const heading of ['What it does', 'Try it', 'Configuration', 'Left out']) {
      t.ok(headings.includes(heading), `${folder}/README.md has the heading "${heading}"`)
    }
  }
})
