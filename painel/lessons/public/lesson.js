/**
 * A lesson in the painel: ticks its steps off as they are observed, and shows the state of each machine.
 *
 * Read beside: ../page.ts, ../progress.ts, painel/live.ts (the events)
 * Touches the world: the document, and the painel's server.
 */

const lesson = /** @type {HTMLElement | null} */ (document.querySelector('main.lesson'))
const english = document.documentElement.lang === 'en'
/** @type {Set<number>} */
const done = new Set()

/** @type {Readonly<Record<string, readonly [string, string]>>} */
const STATES = {
  up: ['no ar', 'up'],
  starting: ['iniciando', 'starting'],
  stopped: ['desligado', 'stopped'],
  died: ['morreu', 'died'],
  paused: ['pausado', 'paused'],
  unreachable: ['não responde', 'no answer'],
}

if (lesson !== null) await follow(lesson.dataset.lesson ?? '')

/** @param {string} number */
async function follow(number) {
  const live = new EventSource('/api/live')
  live.addEventListener('map', event => drawMachines(JSON.parse(/** @type {MessageEvent} */ (event).data)))
  live.addEventListener('step', event => {
    const observed = JSON.parse(/** @type {MessageEvent} */ (event).data)
    if (observed.lesson === number) tick([observed.step])
  })
  const response = await fetch(`/api/lessons/${number}`)
  tick((await response.json()).done)
  const map = await fetch('/api/map')
  drawMachines(await map.json())
}

/** @param {readonly number[]} steps */
function tick(steps) {
  for (const step of steps) {
    const place = document.querySelector(`[data-step="${step}"]`)
    if (place === null) continue
    done.add(step)
    place.textContent = '✓'
    place.classList.add('done')
    place.setAttribute('aria-label', english ? 'observed' : 'observado')
  }
  const count = document.getElementById('done')
  if (count !== null) count.textContent = `${done.size}/${document.querySelectorAll('[data-step]').length}`
}

/** @param {{ components: readonly { name: string, state: string, role: string, spare: boolean, address: string }[] }} map */
function drawMachines({ components }) {
  const shown = components.filter(({ state, role, spare }) => state !== 'stopped' || (role !== 'application' && !spare))
  const items = shown.map(({ name, state, address }) => {
    const item = document.createElement('li')
    item.className = `is-${state}`
    item.textContent = `${name}  ${address}  ${STATES[state]?.[english ? 1 : 0] ?? state}`
    return item
  })
  document.getElementById('machines')?.replaceChildren(...items)
}
