/**
 * The painel's page: follows the live events, and keeps map, list, trace and packet in step with each other.
 *
 * Read beside: index.html, painel/live.ts (the events), lab-history.js, player.js, map-view.js, event-list.js, trace-view.js, packet-view.js
 * Touches the world: the document, and the painel's server.
 */
import { get, post } from './api.js'
import { drawBreakIt, watchBreakIt } from './break-it.js'
import { watchForm } from './client-form.js'
import { drawComponent, loadComponent } from './component-view.js'
import { moveWithArrows } from './controls.js'
import { byId } from './dom.js'
import { EventList } from './event-list.js'
import { watchExplain } from './explain-view.js'
import { LabHistory } from './lab-history.js'
import { Traffic } from './links.js'
import { drawLines, drawTraffic, light, move, someWereLeftOut } from './map-lines.js'
import { drawMap, drawRates } from './map-view.js'
import { drawPacket } from './packet-view.js'
import { Player } from './player.js'
import { watchPreferences } from './preferences.js'
import { drawReport, useMap } from './report-view.js'
import { drawRequests } from './request-list.js'
import { addSale, drawSales } from './sale-view.js'
import { drawTrace, setJourney, watchTrace } from './trace-view.js'
import { say } from './words.js'

/** What changes together is drawn together, in milliseconds. */
const DRAW_EVERY_MS = 150
const RATES_EVERY_MS = 1_000
/** How long a message moves while the map is live. */
const LIVE_MOVE_MS = 450

/** @type {any} */
let map
/** The component whose details are open. @type {string | undefined} */
let opened
/** The request whose trace is shown. @type {string | undefined} */
let traced
let share = 1
let missed = 0
let connected = true
let drawing = false

const history = new LabHistory()
const traffic = new Traffic()
const list = new EventList(history, event => player.select(event), filtersChanged)
const player = new Player(() => list.events, showStep)

watchPreferences(languageChanged)
watchExplain()
watchTrace(
  id => history.journey(id),
  () => void redrawTrace(),
)
watchForm(ids => void follow(ids))
watchBreakIt()
byId('live').addEventListener('click', () => drawSoon())
byId('reset').addEventListener('click', () => {
  if (confirm(say('confirmReset'))) void act('/api/reset', {}).then(() => forget())
})
// A part that scrolls can be reached with the keyboard (WCAG 2.2 §2.1.1).
byId('source-text').tabIndex = 0
moveWithArrows(byId('requests'))
byId('component').addEventListener('keydown', event => event.key === 'Escape' && closeComponent())
new ResizeObserver(() => map && drawLines(map)).observe(byId('map'))
setInterval(tick, RATES_EVERY_MS)

player.draw()
drawNote()
watchLive()

function watchLive() {
  const live = new EventSource('/api/live')
  live.addEventListener('open', () => {
    setConnected(true)
    // When it fails, the connection was lost again: then it opens again.
    catchUp().catch(() => {})
  })
  live.addEventListener('error', () => setConnected(false))
  on(live, 'map', value => {
    map = value
    redrawMap()
  })
  on(live, 'sale', sale => {
    addSale(sale)
    drawSoon()
  })
  on(live, 'hop', ({ journey, hop }) => {
    const event = history.add(journey, hop)
    traffic.add(event, performance.now())
    if (player.mode === 'live') move(event, LIVE_MOVE_MS)
    drawSoon()
  })
  on(live, 'journey', value => {
    history.update(value)
    drawSoon()
  })
  on(live, 'sampling', value => {
    share = value.share
    drawNote()
  })
  on(live, 'missed', value => {
    missed += value.events
    drawNote()
  })
}

/** The map, and what happened before the live events began to arrive or while the connection was lost. */
async function catchUp() {
  map = await get('/api/map')
  redrawMap()
  share = await history.load()
  for (const sale of (await get('/api/sales')).sales) addSale(sale)
  drawAll()
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

function drawSoon() {
  if (drawing) return
  drawing = true
  setTimeout(() => {
    drawing = false
    drawAll()
  }, DRAW_EVERY_MS)
}

function drawAll() {
  if (player.mode === 'live') player.current = list.events.at(-1)
  list.draw(player.current, player.mode === 'live')
  drawRequests(history.requests, traced, id => void trace(id))
  drawSales()
  player.draw()
  void redrawTrace()
}

/** After a run: one request is played step by step; of several, the first one is traced. @param {string[]} ids */
async function follow(ids) {
  const [id] = ids
  if (id === undefined) return
  await trace(id, ids.length > 1)
  if (ids.length === 1) player.play()
}

/** Shows one request: in the list alone, unless `all`, and as a trace. @param {string} id @param {boolean} all */
async function trace(id, all = false) {
  traced = id
  if (!all) {
    list.only(id)
    const first = list.events[0]
    if (first !== undefined) player.select(first)
  }
  drawAll()
  await redrawTrace()
}

/** @param {any} event @param {number} ms until the next step */
function showStep(event, ms) {
  light(event)
  move(event, ms)
  traced = event.journey
  list.draw(event, false)
  void redrawTrace()
}

/** The trace and the packet, from the whole journey. */
async function redrawTrace() {
  const id = traced
  if (id === undefined) {
    drawPacket(undefined, undefined, map)
    return
  }
  const journey = await history.journey(id).catch(() => undefined)
  // Another request was chosen meanwhile, or the painel keeps this one no longer.
  if (journey === undefined || id !== traced) return
  const current = player.current?.journey === id ? player.current : undefined
  setJourney(journey)
  drawTrace(history.requests, hop => void chooseHop(id, hop), current)
  const shown = journey.hops.find((/** @type {any} */ hop) => isSame(hop, current))
  if (player.mode !== 'live' || shown === undefined) drawPacketOnce(shown, journey)
}

let drawnPacket = ''
/** The packet is drawn again only when it is another one: a person may be pointing at it. @param {any} hop @param {any} journey */
function drawPacketOnce(hop, journey) {
  const signature = JSON.stringify([hop, journey.hops.length, document.documentElement.lang])
  if (signature === drawnPacket) return
  drawnPacket = signature
  drawPacket(hop, journey, map)
}

/** @param {string} id @param {any} hop */
function chooseHop(id, hop) {
  if (list.filter.request !== '' && list.filter.request !== id) list.only(id)
  const event = list.events.find(one => one.journey === id && isSame(one, hop))
  if (event !== undefined) return player.select(event)
  list.only(id)
  player.select(list.events.find(one => isSame(one, hop)))
}

/** @param {any} one @param {any} other */
function isSame(one, other) {
  return other !== undefined && one.time === other.time && one.kind === other.kind && one.component === other.component
}

function filtersChanged() {
  const { request } = list.filter
  if (request !== '') traced = request
  drawAll()
}

function redrawMap() {
  useMap(map)
  if (drawMap(map, opened, name => void open(name))) {
    drawLines(map)
    light(player.mode === 'live' ? undefined : player.current)
  }
  byId('reset').hidden = !(map.mayChange && map.launcher)
  drawDetails()
  drawBreakIt(map)
  drawNote()
}

/** @param {string} name */
async function open(name) {
  opened = opened === name ? undefined : name
  redrawMap()
  if (opened === undefined) return
  await loadComponent(opened).catch(() => {})
  drawDetails()
}

function drawDetails() {
  drawComponent(map, opened, traffic.rates(performance.now(), share), {
    act: (name, action) => void act(`/api/components/${name}`, { action }),
    close: closeComponent,
  })
}

function closeComponent() {
  const name = opened
  opened = undefined
  redrawMap()
  if (name !== undefined) document.getElementById(`node-${name}`)?.focus()
}

/** Once a second: the traffic, and the log of the component that is open. */
function tick() {
  if (map === undefined || document.hidden) return
  const rates = traffic.rates(performance.now(), share)
  drawTraffic(rates)
  drawRates(rates, map)
  byId('dots-limited').textContent = someWereLeftOut() ? say('dotsLimited') : ''
  if (opened !== undefined) void loadComponent(opened).then(drawDetails, () => {})
}

function drawNote() {
  const parts = []
  if (!connected) parts.push(say('lost'))
  else {
    if (share < 1) parts.push(say('sampling', { n: Math.round(1 / share) }))
    if (missed > 0) parts.push(say('missed', { n: missed }))
    if (map && !map.mayChange) parts.push(say('onlyLooks'))
  }
  const note = byId('note')
  if (note.textContent !== parts.join(' ')) note.textContent = parts.join(' ')
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

/** The lab begins anew: what was observed before is gone. */
function forget() {
  history.clear()
  traced = undefined
  list.only('')
  setJourney(undefined)
  player.goLive()
  drawAll()
}

function languageChanged() {
  list.forgetRows()
  if (map !== undefined) {
    redrawMap()
    drawLines(map)
  }
  drawReport()
  player.draw()
  drawNote()
  drawAll()
}
