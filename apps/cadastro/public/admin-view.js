/**
 * The rows of the admin's part: sign-ups with their buttons, queues with their counts, dead letters. Text goes in as text, never as markup:
 * people type it.
 *
 * Read beside: admin.js, sign-ups.css
 * Touches the world: the document.
 */
import { byId, createElement } from './dom.js'
import { timeOf } from './follow.js'
import { say } from './words.js'

/** @typedef {import('./words.js').PageLanguage} PageLanguage */
/** @typedef {import('./words.js').Word} Word */

/**
 * @param {any} found the body of `GET /cadastros`
 * @param {{ language: PageLanguage, searched: string, decide: (path: string, decision: 'aprovacao' | 'recusa', nome: string) => Promise<void> }} options
 */
export function showSignUps({ total, cadastros }, { language, searched, decide }) {
  if (isDrawn('sign-ups', [cadastros, total, searched, language])) return
  const shown = cadastros.length
  const text = searched !== '' ? 'foundSearch' : total > shown ? 'foundFirst' : 'foundPending'
  byId('found').textContent = say(language, text, { total, shown })
  const rows = cadastros.map((/** @type {any} */ { id, estado, username, nome, email, em }) => {
    const about = [username, email, em && timeOf(em, language)].filter(Boolean).join(' · ')
    const row = createElement('li', '', createElement('h3', '', nome), createElement('p', '', about))
    if (estado !== 'em-analise') row.append(createElement('p', '', say(language, estado)))
    else {
      const buttons = /** @type {const} */ (['aprovacao', 'recusa']).map(decision => {
        const act = () => void decide(`/cadastros/${id}`, decision, nome)
        return button(say(language, `do-${decision}`), `${id} ${decision}`, nome, act)
      })
      row.append(createElement('div', 'actions', ...buttons))
    }
    return row
  })
  replaceRows('sign-ups', rows)
}

/** @param {any} queues the body of `GET /filas` @param {{ language: PageLanguage, resend: (id: string) => Promise<void> }} options */
export function showQueues({ broker, saida, filas, mortas }, { language, resend }) {
  if (isDrawn('queue-rows', [broker, saida, filas, mortas, language])) return
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
  replaceRows('queue-rows', rows)
  byId('no-letters').hidden = mortas.length > 0
  replaceRows(
    'letters',
    mortas.map((/** @type {any} */ letter) => letterRow(letter, language, resend)),
  )
}

/** @param {any} letter @param {PageLanguage} language @param {(id: string) => Promise<void>} resend */
function letterRow({ id, fila, grupo, motivo, tentativas, em, tipo, chave }, language, resend) {
  const values = { fila, grupo, tentativas, tipo: tipo ?? say(language, 'noType'), em: timeOf(em, language) }
  const again = button(say(language, 'resend'), `${id} resend`, chave ?? id, () => void resend(id))
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

/** @param {string} text @param {string} action @param {string} about read aloud with the text @param {() => void} act */
function button(text, action, about, act) {
  const element = createElement('button', '', text)
  element.setAttribute('type', 'button')
  element.setAttribute('aria-label', `${text}: ${about}`)
  element.dataset.action = action
  element.addEventListener('click', act)
  return element
}

/** @type {Map<string, string>} what each list was drawn from */
const drawn = new Map()

/** Whether a list was drawn from these values. A button that is replaced between press and release would not be clicked. @param {string} id @param {unknown} values */
function isDrawn(id, values) {
  const signature = JSON.stringify(values)
  if (drawn.get(id) === signature) return true
  drawn.set(id, signature)
  return false
}

/** The buttons are new elements; the one that had the focus keeps it. @param {string} id @param {HTMLElement[]} rows */
function replaceRows(id, rows) {
  const list = byId(id)
  const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-action') : null
  list.replaceChildren(...rows)
  for (const button of list.querySelectorAll('button')) if (button.dataset.action === focused) button.focus()
}
