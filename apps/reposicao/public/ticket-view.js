/**
 * The list of tickets in the document. Text goes in as text, never as markup: people type it.
 *
 * Read beside: app.js, steps.js, tickets.css
 * Touches the world: the document.
 */

import { createElement, redraw } from './dom.js'
import { say } from './say.js'
import { stepsOf } from './steps.js'
import { isWord } from './words.js'

/** @typedef {{ isPharmacy: boolean, language: 'pt-BR' | 'en', act: (id: string, step: string) => void }} ViewOptions */

/** @param {HTMLElement} list @param {readonly any[]} tickets @param {ViewOptions} options */
export function showTickets(list, tickets, options) {
  redraw(list, ...tickets.map(ticket => viewOf(ticket, options)))
}

/** @param {any} ticket @param {ViewOptions} options */
function viewOf(ticket, { isPharmacy, language, act }) {
  const word = (/** @type {string} */ name) => (isWord(name) ? say(language, name) : name)
  const { id, item, estado, quantidade, setor, urgencia, solicitante, historico } = ticket
  const about = say(language, 'about', { quantidade, setor, urgencia: word(urgencia), username: solicitante.username })
  const steps = historico.map((/** @type {any} */ step) =>
    say(language, 'step', { em: timeOf(step.em, language), estado: word(step.estado), por: step.por }),
  )
  const buttons = stepsOf(estado, isPharmacy).map(step => {
    const button = createElement('button', '', word(`do-${step}`))
    button.setAttribute('type', 'button')
    button.id = `${step} ${id}`
    button.addEventListener('click', () => act(id, step))
    return button
  })
  return createElement(
    'li',
    'ticket',
    createElement('h3', '', item),
    createElement(
      'p',
      '',
      createElement('span', `state state-${estado}`, word(isWord(`now-${estado}`) ? `now-${estado}` : estado)),
    ),
    createElement('p', '', about),
    createElement('p', 'steps', steps.join(' → ')),
    createElement('div', 'actions', ...buttons),
  )
}

/** The time of day, to the second. @param {string | number} instant @param {string} language */
export function timeOf(instant, language) {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(new Date(instant))
}
