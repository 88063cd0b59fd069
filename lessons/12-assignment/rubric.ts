/**
 * The rubric of the assignment, point by point: rotation, host name, session, a machine that is off. Ten points.
 *
 * Read beside: observe-target.ts (what was observed), aula.md
 * Pure: observations in, items out.
 */
import { type GradeItem, item } from '../grading/grade.ts'
import type { ObservedPage, ObservedTarget } from './observe-target.ts'

/** A TTL above this hides the rotation for a whole class, in seconds. */
const LOW_TTL = 60

/** @param user a text that the profile of the logged-in user contains */
export function rubricItems(observed: ObservedTarget, user: string): GradeItem[] {
  const { answers, ttl, pages, pagesAgain, loginStatus, profiles, withoutOne } = observed
  const sizes = new Set(answers.map(addresses => new Set(addresses).size))
  const complete = sizes.size === 1 && !sizes.has(0) && Math.min(...sizes) >= 3
  const statuses = (list: readonly ObservedPage[]) => list.map(({ place, status }) => `${place} ${status}`).join(', ')
  const shown = namesShown(pages, pagesAgain)
  return [
    item(
      'o DNS responde com três endereços ou mais, sempre os mesmos',
      complete,
      1,
      answersText(answers),
      '3 endereços',
    ),
    rotationItem(answers),
    item(
      `o TTL é baixo (até ${LOW_TTL} s)`,
      ttl !== undefined && ttl <= LOW_TTL,
      0.5,
      `${ttl ?? 'nenhum'}`,
      `até ${LOW_TTL}`,
    ),
    item(
      'todas as máquinas respondem com 200',
      pages.length >= 3 && pages.every(({ status }) => status === 200),
      1.5,
      statuses(pages),
      '200 em cada uma',
    ),
    item(
      'cada página mostra o nome da própria máquina',
      pages.length >= 3 && shown.every(name => name !== ''),
      1.5,
      shown.map(name => name || 'igual às outras').join(', '),
      'um texto que só aquela máquina mostra',
    ),
    item(
      'o login é aceito',
      loginStatus >= 200 && loginStatus < 400,
      0.5,
      `${loginStatus || 'sem resposta'}`,
      '200 ou 303',
    ),
    item(
      'a sessão vale em todas as máquinas',
      profiles.length >= 3 && profiles.every(page => isLoggedIn(page, user)),
      2,
      statuses(profiles),
      `200, com ${user}, em cada uma`,
    ),
    withoutOne === undefined
      ? { title: 'uma máquina desligada: não verificado (use --off e --on)', points: 0, max: 2 }
      : item(
          'com uma máquina desligada, o usuário continua logado',
          withoutOne.every(page => isLoggedIn(page, user)),
          2,
          statuses(withoutOne),
          '200 em todas as requisições',
        ),
  ]
}

function isLoggedIn({ status, body }: ObservedPage, user: string): boolean {
  return status === 200 && body.includes(user)
}

function answersText(answers: readonly (readonly string[])[]): string {
  return answers.map(addresses => addresses.join(' ') || 'sem resposta').join(' | ')
}

/** One point for a strict rotation; half of it when every address comes first at least once, as with a shuffle. */
function rotationItem(answers: readonly (readonly string[])[]): GradeItem {
  const title = 'cada consulta começa por outro endereço'
  const first = answers.map(([address]) => address ?? '–')
  const all = new Set(answers.flat())
  const strict = first.every((address, i) => i === 0 || (address !== first[i - 1] && address === first[i % all.size]))
  const seen = first.join(' ')
  const expected = 'um depois do outro, em círculo'
  if (all.size < 2) return item(title, false, 1, seen, expected)
  if (strict && new Set(first).size === all.size) return { title, points: 1, max: 1 }
  return { title, points: new Set(first).size === all.size ? 0.5 : 0, max: 1, seen, expected }
}

/** For each machine, a word that it shows both times, and that no other machine shows; empty when there is none. */
function namesShown(pages: readonly ObservedPage[], again: readonly ObservedPage[]): string[] {
  const before = pages.map(wordsOf)
  const after = again.map(wordsOf)
  return before.map((own, i) => {
    const others = [...before, ...after].filter((_, j) => j % pages.length !== i)
    return [...own].find(word => after[i]?.has(word) && others.every(other => !other.has(word))) ?? ''
  })
}

function wordsOf({ body }: ObservedPage): ReadonlySet<string> {
  return new Set(body.replaceAll(/<[^>]*>/g, ' ').match(/[\p{L}\p{N}][\p{L}\p{N}._-]*/gu) ?? [])
}
