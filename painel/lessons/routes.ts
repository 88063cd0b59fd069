/**
 * The routes of the lessons: `/licoes`, `/licoes/02`, `/licoes/02.en`, and which steps have been observed.
 *
 * Read beside: page.ts, progress.ts
 * Pure: reads what was loaded at the start.
 */
import type { NetworkMap } from '#shared/network-map.ts'
import { json, type Reply } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { Refusal } from '../../backend/refusal.ts'
import type { Painel } from '../painel.ts'
import { renderLesson } from './lesson-html.ts'
import type { LessonText } from './lesson-library.ts'
import { withOwnAddresses } from './own-addresses.ts'
import { lessonPage, listPage } from './page.ts'

const HTML = [
  ...['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'no-cache', 'X-Content-Type-Options', 'nosniff'],
  ...['Content-Security-Policy', "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"],
]

export function lessonRoutes(painel: Painel, lessons: readonly LessonText[], map: NetworkMap): Route[] {
  const titleIn = (markdown: string) => /^# (.*)$/m.exec(markdown)?.[1] ?? ''
  return [
    {
      method: 'GET',
      path: '/licoes',
      produces: 'any',
      handle: () => html(listPage(lessons.map(({ number, pt, en }) => ({ number, pt: titleIn(pt), en: titleIn(en) })))),
    },
    {
      method: 'GET',
      path: '/licoes/:id',
      id: /^\d\d(\.en)?$/,
      produces: 'any',
      handle: ({ id }) => {
        painel.attention.touch()
        const number = id.slice(0, 2)
        const language = id.endsWith('.en') ? 'en' : 'pt'
        const lesson = lessons.find(lesson => lesson.number === number)
        if (lesson === undefined) throw new Refusal(404, `there is no lesson ${number}`)
        const text = withOwnAddresses(lesson[language], map)
        return html(lessonPage(renderLesson(text, number, language), number, language))
      },
    },
    {
      method: 'GET',
      path: '/api/lessons/:id',
      id: /^\d\d$/,
      handle: ({ id }) => json(200, { lesson: id, done: painel.progress.done(id) }),
    },
  ]
}

function html(body: string): Reply {
  return { status: 200, headers: HTML, body }
}
