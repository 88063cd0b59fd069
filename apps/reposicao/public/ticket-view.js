/**
 * The list of tickets in the document. Text goes in as text, never as markup: people type it.
 *
 * Read beside: app.js, steps.js, tickets.css
 * Touches the world: the document.
 */
import { stepsOf } from './steps.js'
import { isWord, say } from './words.js'

/** @typedef {{ isPharmacy: boolean, language: 'pt-BR' | 'en', act: (id: string, step: string) => void }} ViewOptions */

/** @param {HTMLElement} list @param {readonly any[]} tickets @param {ViewOptions} options */
export function showTickets(list, tickets, options) {
  const focused = document.activeElement?.getAttribute('data-action')
  list.replaceChildren(...tickets.map(ticket => viewOf(ticket, options)))
  // The buttons are new elements; the one that had the focus keeps it.
  for (const button of list.querySelectorAll('button')) if (button.dataset.action === focused) button.focus()
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
    const button = create('button', '', word(`do-${step}`))
    button.setAttribute('type', 'button')
    button.setAttribute('data-action', `${id} ${step}`)
    button.addEventListener('click', () => act(id, step))
    return button
  })
  return create(
    'li',
    'ticket',
    create('h3', '', item),
    create('p', '', create('span', `state state-${estado}`, word(isWord(`now-${estado}`) ? `now-${estado}` : estado))),
    create('p', '', about),
    create('p', 'steps', steps.join(' → ')),
    create('div', 'actions', ...buttons),
  )
}

/** The time of day, to the second. @param {string | number} instant @param {string} language */
export function timeOf(instant, language) {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(new Date(instant))
}

/** @param {string} name @param {string} className @param {...(Node | string)} children */
function create(name, className, ...children) {
  const element = document.createElement(name)
  if (className) element.className = className
  element.append(...children)
  return element
}
