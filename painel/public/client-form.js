/**
 * The form with which a person makes requests: one, some, or up to 500 a second.
 *
 * Read beside: painel/act/requests.ts, report-view.js
 * Touches the world: the document, and the painel's server.
 */
import { post } from './api.js'
import { byId, createElement } from './dom.js'
import { addRun, drawReport } from './report-view.js'
import { say } from './words.js'

/** @param {(ids: string[]) => void} done called with the ids of the first requests */
export function watchForm(done) {
  const form = /** @type {HTMLFormElement} */ (byId('client'))
  form.addEventListener('submit', event => {
    event.preventDefault()
    void run(form, done)
  })
  for (const preset of form.querySelectorAll('[data-count]')) {
    preset.addEventListener('click', () => {
      inputNamed(form, 'count').value = preset.getAttribute('data-count') ?? ''
      inputNamed(form, 'rate').value = preset.getAttribute('data-rate') ?? ''
      form.requestSubmit()
    })
  }
}

/** @param {HTMLFormElement} form @param {(ids: string[]) => void} done */
async function run(form, done) {
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll('button'))
  const trouble = byId('client-trouble')
  const data = new FormData(form)
  const cache = data.get('cache') === null ? 'none' : 'ttl'
  const keepAlive = data.get('keepAlive') !== null
  const plan = {
    url: data.get('url'),
    count: Number(data.get('count')),
    rate: Number(data.get('rate')),
    cache,
    keepAlive,
    // A window keeps its caches from one run to the next; without caches there is nothing to keep.
    sameWindow: cache === 'ttl' || keepAlive,
  }
  trouble.hidden = true
  for (const button of buttons) button.disabled = true
  byId('sending').textContent = say('sending')
  try {
    const report = await post('/api/requests', plan)
    addRun(plan, report)
    done(report.requests)
  } catch (error) {
    trouble.textContent = /** @type {Error} */ (error).message
    trouble.hidden = false
    drawReport()
  } finally {
    byId('sending').replaceChildren(createElement('span', ''))
    for (const button of buttons) button.disabled = false
  }
}

/** @param {HTMLFormElement} form @param {string} name */
function inputNamed(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name))
}
