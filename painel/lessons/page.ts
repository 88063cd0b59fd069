/**
 * The pages of the lessons: the list, and one lesson beside the live map.
 *
 * Read beside: lesson-html.ts, public/lesson.js (fills the map and ticks the steps off)
 * Pure: texts in, a page out.
 */
import { escaped, type RenderedLesson } from './lesson-html.ts'

export type PageLanguage = 'pt' | 'en'

const WORDS = {
  pt: {
    lang: 'pt-BR',
    map: 'O laboratório agora',
    list: 'Lições',
    painel: 'Painel',
    other: 'English',
    steps: 'passos observados',
  },
  en: {
    lang: 'en',
    map: 'The lab now',
    list: 'Lessons',
    painel: 'Painel',
    other: 'Português',
    steps: 'steps observed',
  },
} as const

export function lessonPage({ title, html }: RenderedLesson, number: string, language: PageLanguage): string {
  const words = WORDS[language]
  const other = language === 'pt' ? `/licoes/${number}.en` : `/licoes/${number}`
  return page(
    language,
    title,
    [
      `<main class="lesson" data-lesson="${number}"><article>${html}</article>`,
      `<aside aria-labelledby="map-title"><h2 id="map-title">${words.map}</h2>`,
      `<p aria-live="polite"><output id="done">0</output> ${words.steps}</p><ul id="machines"></ul></aside></main>`,
    ],
    `<a href="${other}" lang="${language === 'pt' ? 'en' : 'pt-BR'}">${words.other}</a>`,
  )
}

export function listPage(lessons: readonly { number: string; pt: string; en: string }[]): string {
  const items = lessons.map(
    ({ number, pt, en }) =>
      `<li><a href="/licoes/${number}">${escaped(pt)}</a> <a href="/licoes/${number}.en" lang="en">${escaped(en)}</a></li>`,
  )
  return page(
    'pt',
    'Lições · Lessons',
    [`<main><h1>Lições · Lessons</h1><ul class="lessons">${items.join('')}</ul></main>`],
    '',
  )
}

function page(language: PageLanguage, title: string, body: readonly string[], links: string): string {
  const words = WORDS[language]
  return [
    `<!doctype html><html lang="${words.lang}"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.svg">',
    '<link rel="stylesheet" href="/lesson.css"><script type="module" src="/lesson.js"></script></head><body>',
    `<nav><a href="/">${words.painel}</a> <a href="/licoes">${words.list}</a> ${links}</nav>`,
    ...body,
    '</body></html>',
  ].join('\n')
}
