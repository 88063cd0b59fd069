/**
 * The steps of a lesson: what a student does, and the observation that ticks it off. Both are in the Markdown of the lesson:
 *
 *     - [ ] Desligue o frontend2. <!-- visto: map frontend2=stopped -->
 *     - [ ] Pergunte ao DNS. <!-- visto: dns.query name=www.meutrabalho.com.br. type=A -->
 *     - [ ] A step that cannot be observed has no comment.
 *
 * Read beside: shared/event-kinds.ts (the kinds, and what each event carries), ../map/lab-map.ts (`map`)
 * Pure.
 */
import type { LabEvent } from '#shared/events.ts'
import type { LabMap } from '../map/lab-map.ts'

export interface LessonStep {
  /** A kind of event, or `map`. Undefined: nothing can be observed. */
  readonly kind?: string
  /** Values that the event's detail must have, and `component`; for `map`, the state of each component. */
  readonly wanted: Readonly<Record<string, string>>
}

/** One for each task item, in order. */
export function stepsIn(markdown: string): LessonStep[] {
  return [...markdown.matchAll(/^- \[ \] .*$/gm)].map(([line]) => {
    const [, kind, rest = ''] = /<!-- visto: (\S+)(.*?) -->/.exec(line) ?? []
    const wanted = Object.fromEntries(rest.trim().split(/ +/).filter(Boolean).map(pairOf))
    return kind === undefined ? { wanted } : { kind, wanted }
  })
}

function pairOf(word: string): [string, string] {
  const [name = '', ...value] = word.split('=')
  return [name, value.join('=')]
}

export function isSeenInEvent({ kind, wanted }: LessonStep, event: LabEvent): boolean {
  if (kind !== event.kind) return false
  const values: Readonly<Record<string, unknown>> = { ...event.detail, component: event.component }
  return Object.entries(wanted).every(([name, value]) => `${values[name]}` === value)
}

export function isSeenInMap({ kind, wanted }: LessonStep, { components }: LabMap): boolean {
  if (kind !== 'map') return false
  return Object.entries(wanted).every(([name, state]) =>
    components.some(component => component.name === name && component.state === state),
  )
}
