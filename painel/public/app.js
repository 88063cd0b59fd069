/**
 * The painel's page: follows the live events, and keeps map, list and journey up to date.
 *
 * Read beside: index.html, painel/live.ts (the events), map-view.js, client-form.js, journey-view.js
 * Touches the world: the document, and the painel's server.
 */
import { get, post } from './api.js'
import { drawReport, watchForm } from './client-form.js'
import { byId, element } from './dom.js'
import { draw as drawJourney, showJourney, watchPlayer } from './journey-view.js'
import { drawMap } from './map-view.js'
import { say, sayOr } from './words.js'

const MAX_LISTED = 50
/** Journeys that change together are drawn together, in milliseconds. */
const DRAW_EVERY_MS = 150

/** @type {any} */
let map
/** @type {ReadonlySet<string>} */
let lit = new Set()
/** Newest first. @type {any[]} */
let journeys = []
/** @type {string | undefined} */
let selected
let share = 1
let connected = true
let drawing = false

watchLanguage()
watchForm(ids => ids[0] !== undefined && select(ids[0]))
watchPlayer(components => {
  lit = components
  redrawMap()
})
byId('reset').addEventListener('click', () => {
  if (confirm(say('confirmReset'))) void act('/api/reset', {})
})
const listed = await get('/api/journeys?limit=50')
journeys = listed.journeys
share = listed.share
map = await get('/api/map')
redraw()
follow()

function follow() {
  const live = new EventSource('/api/live')
  live.addEventListener('open', () => setConnected(true))
  live.addEventListener('error', () => setConnected(false))
  on(live, 'map', value => {
    map = value
    redrawMap()
  })
  on(live, 'journey', value => {
    journeys = [value, ...journeys.filter(({ id }) => id !== value.id)].slice(0, MAX_LISTED)
    redrawSoon()
  })
  on(live, 'sampling', value => {
    share = value.share
    drawNote()
  })
}

/** @param {EventSource} live @param {string} kind @param {(value: any) => void} handle */
function on(live, kind, handle) {
  live.addEventListener(kind, event => handle(JSON.parse(/** @type {MessageEvent} */ (event).data)))
}

/** @param {boolean} now */
function setConnected(now) {
  connected = now
  drawNote()
}

function redrawSoon() {
  if (drawing) return
  drawing = true
  setTimeout(() => {
    drawing = false
    drawList()
    if (selected !== undefined) void select(selected, false)
  }, DRAW_EVERY_MS)
}

function redraw() {
  redrawMap()
  drawNote()
  drawList()
  drawReport()
  drawJourney()
}

function redrawMap() {
  if (map !== undefined) drawMap(map, lit, (name, action) => void act(`/api/components/${name}`, { action }))
}

function drawNote() {
  const note = byId('sampling')
  note.textContent = connected ? (share < 1 ? say('sampling', { n: Math.round(1 / share) }) : '') : say('lost')
  if (connected && map && !map.mayChange) note.textContent += say('onlyLooks')
}

/** @param {string} path @param {unknown} body */
async function act(path, body) {
  const trouble = byId('map-trouble')
  trouble.hidden = true
  try {
    await post(path, body)
  } catch (error) {
    trouble.textContent = /** @type {Error} */ (error).message
    trouble.hidden = false
  }
}

function drawList() {
  byId('no-journeys').hidden = journeys.length > 0
  byId('journeys').replaceChildren(
    ...journeys.map(({ id, method, target, status, state, frontend, backend, milliseconds }) => {
      const button = /** @type {HTMLButtonElement} */ (
        element(
          'button',
          `is-${state}`,
          element('span', 'status', status === null ? sayOr(state) : String(status)),
          element('span', 'what', `${method} ${target}`),
          element('span', 'who', [frontend, backend].filter(Boolean).join(' → ')),
          element('span', 'ms', milliseconds === null ? '…' : `${milliseconds.toFixed(1)} ms`),
        )
      )
      button.type = 'button'
      button.setAttribute('aria-pressed', String(id === selected))
      button.addEventListener('click', () => void select(id))
      return element('li', '', button)
    }),
  )
}

/** @param {string} id @param {boolean} fresh whether it was chosen by a person just now */
async function select(id, fresh = true) {
  selected = id
  try {
    showJourney(await get(`/api/journeys/${encodeURIComponent(id)}`), fresh)
  } catch {
    selected = undefined // the painel keeps the last 200 journeys, and this one is older
  }
  if (fresh) drawList()
}

function watchLanguage() {
  for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName('language'))) {
    radio.addEventListener('change', () => {
      document.documentElement.lang = radio.value
      redraw()
    })
  }
}
