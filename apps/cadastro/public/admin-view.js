/**
 * The rows of the admin's part: sign-ups with their buttons, queues with their counts, dead letters. Text goes in as text, never as markup:
 * people type it.
 *
 * Read beside: admin.js, sign-ups.css
 * Touches the world: the document.
 */
import { byId, createElement, redraw } from './dom.js'
import { timeOf } from './follow.js'
import { say } from './say.js'

/** @typedef {import('./words.js').PageLanguage} PageLanguage */
/** @typedef {import('./words.js').Word} Word */

/**
 * @param {any} found the body of `GET /cadastros`
 * @param {{ language: PageLanguage, searched: string, decide: (path: string, decision: 'aprovacao' | 'recusa', nome: string) => Promise<void> }} options
 */
export function showSignUps({ total, cadastros }, { language, searched, decide }) {
  const shown = cadastros.length
  const all = total > shown ? 'foundFirst' : total > 0 ? 'foundPending' : 'foundNone'
  const text = searched === '' ? all : total > 0 ? 'foundSearch' : 'foundNothing'
  byId('found').textContent = say(language, text, { total, shown })
  const rows = cadastros.map((/** @type {any} */ { id, estado, username, nome, email, em }) => {
    const about = [username, email, em && timeOf(em, language)].filter(Boolean).join(' · ')
    const row = createElement('li', '', createElement('h3', '', nome), createElement('p', '', about))
    if (estado !== 'em-analise') row.append(createElement('p', '', say(language, estado)))
    else {
      const buttons = /** @type {const} */ (['aprovacao', 'recusa']).map(decision => {
        const act = () => void decide(`/cadastros/${id}`, decision, nome)
        return button(say(language, `do-${decision}`), `${decision} ${id}`, nome, act)
      })
      row.append(createElement('div', 'actions', ...buttons))
    }
    return row
  })
  redraw(byId('sign-ups'), ...rows)
}

/** @param {any} queues the body of `GET /filas` @param {{ language: PageLanguage, resend: (id: string) => Promise<void> }} options */
export function showQueues({ broker, saida, filas, mortas }, { language, resend }) {
  byId('broker').textContent = say(language, 'broker', {
    broker: broker === 'kafka' ? 'Kafka' : 'Redis Streams',
    saida,
  })
  const rows = filas.flatMap((/** @type {any} */ { fila, tamanho, grupos }) =>
    grupos.map((/** @type {any} */ { grupo, atraso, pendentes, consumidores }) => {
      const counts = createElement(
        'dl',
        'counts',
        count(say(language, 'length'), tamanho),
        count(say(language, 'lag'), atraso),
        ...(pendentes === null ? [] : [count(say(language, 'pending'), pendentes)]),
        count(
          say(language, 'readers'),
          consumidores.join(', ') || say(language, 'noReader'),
          consumidores.length === 0,
        ),
      )
      return createElement('li', '', createElement('h3', '', `${fila} → ${grupo}`), counts)
    }),
  )
  redraw(byId('queue-rows'), ...rows)
  byId('no-letters').hidden = mortas.length > 0
  redraw(byId('letters'), ...mortas.map((/** @type {any} */ letter) => letterRow(letter, language, resend)))
}

/** @param {any} letter @param {PageLanguage} language @param {(id: string) => Promise<void>} resend */
function letterRow({ id, fila, grupo, motivo, tentativas, em, tipo, chave }, language, resend) {
  const values = { fila, grupo, tentativas, tipo: tipo ?? say(language, 'noType'), em: timeOf(em, language) }
  const again = button(say(language, 'resend'), `resend ${id}`, chave ?? id, () => void resend(id))
  // The programs write reasons in English.
  const reason = createElement('h4', 'always', motivo)
  reason.lang = 'en'
  return createElement(
    'li',
    '',
    reason,
    createElement('p', '', say(language, 'letterAbout', values)),
    createElement('p', '', createElement('code', '', chave ?? '')),
    createElement('div', 'actions', again),
  )
}

/** @param {string} name @param {string | number} value @param {boolean} [unread] */
function count(name, value, unread = false) {
  const term = createElement('dt', '', name)
  return createElement('div', unread ? 'unread' : '', term, createElement('dd', '', String(value)))
}

/** @param {string} text @param {string} id the same in every drawing of the list, so that the button keeps the focus @param {string} about read aloud with the text @param {() => void} act */
function button(text, id, about, act) {
  const element = createElement('button', '', text)
  element.setAttribute('type', 'button')
  element.setAttribute('aria-label', `${text}: ${about}`)
  element.id = id
  element.addEventListener('click', act)
  return element
}
