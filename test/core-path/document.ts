/**
 * docs/core-path.md, and the reading order in the two READMEs, as text.
 *
 * Read beside: stages.ts, write.ts (which writes them), core-path.test.ts (which compares them)
 * Pure: figures in, Markdown out.
 */
import type { StageOnPath } from './stages.ts'

/** Lines of code, with their comments and RFC sections, that a student reads in a minute. */
const LINES_A_MINUTE = 10

export function corePathDocument(stages: readonly StageOnPath[]): string {
  const total = stages.reduce((sum, { lines }) => sum + lines, 0)
  const files = stages.reduce((sum, { files }) => sum + files.length, 0)
  return [
    '# The core path',
    '',
    'One DNS query, one page, one login and the profile behind it, in a running lab: these are the files that run, in the order in which',
    'they are read, and how many of their lines run (without comments, empty lines and closing brackets). Made by `npm run core-path`;',
    '`test/core-path/` measures it again.',
    '',
    `Together ${total} lines in ${files} files. The limit is 2,500: what goes beyond one ordinary request (cookies, rate limits, transfers,`,
    'sticky sessions …) is in files of its own, which do not run here.',
    '',
    'While no client is connected to `/events`, `dns-server/compiled/` answers an ordinary query from a table; the plain code in',
    '`dns-server/answer/` makes that table and answers everything else. Both were run here.',
    ...stages.flatMap(({ english, files, lines }, index) => [
      '',
      `## ${index + 1}. ${sentence(english)}`,
      '',
      '| file | lines run |',
      '|---|---|',
      ...files.map(({ file, lines }) => `| [${file}](../${file}) | ${lines} |`),
      `| | ${lines} |`,
    ]),
    '',
  ].join('\n')
}

/** Between these two lines, the READMEs have the reading order. */
const BEGIN = '<!-- reading order: npm run core-path -->'
const END = '<!-- end of the reading order -->'

/** The rows of one README. @throws Error when the marks are missing */
export function withReadingOrder(
  readme: string,
  stages: readonly StageOnPath[],
  language: 'english' | 'portuguese',
): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the README needs the lines ${BEGIN} and ${END}`)
  return `${readme.slice(0, from + BEGIN.length)}\n${readingOrder(stages, language)}\n${readme.slice(to)}`
}

function readingOrder(stages: readonly StageOnPath[], language: 'english' | 'portuguese'): string {
  const head = language === 'english' ? '| minutes | read | what you learn |' : '| minutos | leia | o que se aprende |'
  const rows = stages.map(stage => {
    const minutes = Math.max(5, Math.round(stage.lines / LINES_A_MINUTE / 5) * 5)
    const read = stage.read.map(file => `\`${file}\``).join(', ')
    return `| ${minutes} | ${read} | ${stage[language]} |`
  })
  return [head, '|---|---|---|', ...rows].join('\n')
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
