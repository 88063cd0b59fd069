/**
 * A lesson as HTML. Only what the renderer below writes gets into the page: HTML in the Markdown is left out, links lead to other lessons or to
 * http(s), and the steps of the lesson have a place to be ticked off.
 *
 * Read beside: steps.ts, own-addresses.ts, https://marked.js.org/using_pro#renderer
 * Pure: Markdown in, HTML out.
 */
import { Marked, type Tokens } from 'marked'
import { stepsIn } from './steps.ts'

export interface RenderedLesson {
  readonly title: string
  readonly html: string
}

const NOT_SEEN = { pt: 'ainda não observado', en: 'not observed yet' } as const

/** @param number of the lesson, for links to its other language */
export function renderLesson(markdown: string, number: string, language: 'pt' | 'en'): RenderedLesson {
  const steps = stepsIn(markdown)
  let next = 0
  const marked = new Marked({
    renderer: {
      html: () => '',
      image: ({ text }: Tokens.Image) => escaped(text),
      checkbox: () => {
        const step = next++
        if (steps[step]?.kind === undefined) return '<span class="step" aria-hidden="true">•</span> '
        return `<span class="step" role="img" data-step="${step}" aria-label="${NOT_SEEN[language]}">○</span> `
      },
      link({ href, tokens }: Tokens.Link) {
        const text = this.parser.parseInline(tokens)
        const target = targetOf(href, number)
        return target === undefined ? text : `<a href="${escaped(target)}">${text}</a>`
      },
      code: ({ text, lang = '' }: Tokens.Code) =>
        `<pre tabindex="0"${lang === 'sh' ? ' class="commands"' : ''}><code>${escaped(text)}</code></pre>\n`,
    },
  })
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? number
  return { title, html: marked.parse(markdown, { async: false }) }
}

/** Undefined for files of the repository, which the painel does not serve. */
function targetOf(href: string, number: string): string | undefined {
  if (/^https?:\/\//.test(href)) return href
  if (href === 'aula.md') return `/licoes/${number}`
  if (href === 'lesson.en.md') return `/licoes/${number}.en`
  const other = /^\.\.\/(\d\d)-[a-z-]+\/(aula|lesson\.en)\.md$/.exec(href)
  return other ? `/licoes/${other[1]}${other[2] === 'aula' ? '' : '.en'}` : undefined
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
