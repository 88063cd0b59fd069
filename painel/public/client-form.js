/**
 * The form with which a person makes requests, and what came of them: a bar for each frontend and backend, beside the equal share.
 *
 * Read beside: painel/act/requests.ts
 * Touches the world: the document, and the painel's server.
 */
import { post } from './api.js'
import { byId, element } from './dom.js'
import { say } from './words.js'

/** The report that is shown, to be drawn again in the other language. @type {any} */
let shown

/** @param {(ids: string[]) => void} done */
export function watchForm(done) {
  const form = /** @type {HTMLFormElement} */ (byId('client'))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const button = /** @type {HTMLButtonElement} */ (byId('send'))
    const trouble = byId('client-trouble')
    trouble.hidden = true
    button.disabled = true
    byId('report').replaceChildren(element('p', 'muted', say('sending')))
    const data = new FormData(form)
    try {
      shown = await post('/api/requests', {
        url: data.get('url'),
        count: Number(data.get('count')),
        rate: Number(data.get('rate')),
        cache: data.get('cache'),
        keepAlive: data.get('keepAlive') !== null,
      })
      drawReport()
      done(shown.requests)
    } catch (error) {
      byId('report').replaceChildren()
      trouble.textContent = /** @type {Error} */ (error).message
      trouble.hidden = false
    } finally {
      button.disabled = false
    }
  })
}

export function drawReport() {
  if (shown === undefined) return
  const { frontends, backends, errors, retries, p50, p99, count } = shown
  const failed = Object.values(errors).reduce((sum, number) => sum + Number(number), 0)
  const parts = [
    bars(say('frontends'), 'frontend', frontends, count),
    bars(say('backends'), 'backend', backends, count),
  ]
  const sentences = []
  if (p50 !== null) sentences.push(say('times', { p50: p50.toFixed(1), p99: p99.toFixed(1) }))
  sentences.push(`${say('errors')}: ${failed}${failed > 0 ? ` (${Object.keys(errors).join(', ')})` : ''}`)
  sentences.push(`${say('retries')}: ${retries}`)
  byId('report').replaceChildren(element('div', 'bars', ...parts), element('p', 'muted', sentences.join(' · ')))
}

/** @param {string} title @param {string} layer @param {Record<string, number>} counts @param {number} total */
function bars(title, layer, counts, total) {
  const names = Object.keys(counts)
  const share = names.length === 0 ? 0 : 100 / names.length
  return element(
    'div',
    '',
    element('h3', '', title),
    ...names.map(name => {
      const percent = (100 * (counts[name] ?? 0)) / total
      const bar = element('span', `bar ${layer}`)
      bar.style.setProperty('--share', `${percent}%`)
      bar.style.setProperty('--expected', `${share}%`)
      return element(
        'p',
        'bar-row',
        element('span', 'bar-name', name),
        bar,
        element('span', 'bar-count', `${counts[name]}`),
      )
    }),
  )
}
