/**
 * The rules of the house that a reader relies on, as tests (CONTRIBUTING.md gives them in words).
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .trim()
  .split('\n')
const sources = files
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'))
  .map(file => ({ file, text: readFileSync(file, 'utf8') }))
const folders = [
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

t.test(
  'the first lines of a file say what it is, what to read beside it, and whether it touches the world',
  async t => {
    for (const { file, text } of sources) {
      const header = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? ''
      t.ok(/(Pure|Touches the world|Touches nothing|Shell)\b/.test(header), `${file} says whether it touches the world`)
    }
  },
)

t.test('files that say Pure import nothing that opens a socket, a file or a process', async t => {
  for (const { file, text } of sources.filter(({ text }) => /^ \* Pure:/m.test(text.slice(0, 2000)))) {
    const found = [...text.matchAll(WORLD)].filter(([, names = '']) => !ONLY_COMPUTES.test(names))
    t.strictSame(
      found.map(([line]) => line),
      [],
      file,
    )
  }
})

t.test('every RFC that the code cites is in docs/rfcs.md, and none is obsolete', async t => {
  const map = readFileSync('docs/rfcs.md', 'utf8')
  const cited = new Map<string, string>()
  for (const { file, text } of sources)
    for (const [, rfc = ''] of text.matchAll(/\bRFC (\d{3,5})\b/g)) cited.set(rfc, file)
  for (const [rfc, file] of cited) {
    t.ok(new RegExp(`\\b${rfc}\\b`).test(map), `RFC ${rfc}, cited in ${file}, is in docs/rfcs.md`)
    t.notOk(OBSOLETE[rfc], `RFC ${rfc}, cited in ${file}, is current (instead: ${OBSOLETE[rfc]})`)
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
