/**
 * What the last requests were like: the sentence above the drawing, the trouble below it, bars by machine, rows by request.
 *
 * Read beside: index.html (#path, #tally, #recent), tally.js, explain.js
 * Touches the world: the document.
 */
import { byId, make } from './dom.js'
import { explain } from './explain.js'
import { HOPS, ownTimes } from './hops.js'
import { language, say } from './language.js'
import { reachedBy } from './place.js'
import { formatMs } from './texts.js'

/** @typedef {import('./ask.js').Exchange} Exchange */

/** Shows who answered, in a sentence. @param {Exchange | undefined} exchange @param {string | null} user */
export function showVerdict(exchange, user) {
  const sentence = exchange ? verdict(exchange, user) : ''
  byId('verdict').replaceChildren(...sentence.split(/\b((?:frontend|backend)\d+)\b/).map(colour))
}

/** A machine's name in its layer's colour. @param {string} text */
function colour(text) {
  const layer = /^(frontend|backend)\d+$/.exec(text)?.[1]
  return layer ? make('span', `${layer}-name`, text) : text
}

/** @param {Exchange} exchange @param {string | null} user */
function verdict({ servedBy, status, path }, user) {
  const { frontend, backend } = servedBy
  if (status === 0 || !frontend) return say('verdictNobody')
  const served = backend ? say('verdictServed', { frontend, backend }) : say('verdictEdge', { frontend })
  if (status === 401 && path === '/perfil') return `${served}\n${say('verdictStranger')}`
  return user !== null && status < 400 ? `${served}\n${say('verdictUser', { user })}` : served
}

/**
 * Explains in an element what went wrong, or hides it.
 *
 * @param {HTMLElement} element
 * @param {Exchange | undefined} exchange
 */
export function showTrouble(element, exchange) {
  const trouble = exchange ? explain(exchange) : null
  element.hidden = trouble === null
  element.replaceChildren()
  if (!exchange || !trouble) return
  const { servedBy, status, body, requestId, retryAfter } = exchange
  const sentence = say(trouble.text, {
    status,
    frontend: servedBy.frontend ?? say('somebody'),
    backend: servedBy.backend ?? say('somebodyBehind'),
    who: servedBy.backend ?? servedBy.frontend ?? say('somebody'),
    wait: retryAfter ? say('seconds', { count: retryAfter }) : say('aMoment'),
  })
  const detail = [typeof body?.detail === 'string' ? body.detail : null, requestId && `X-Request-Id: ${requestId}`]
  element.append(sentence, ...detail.filter(line => line !== null).map(line => make('small', '', line)))
}

/** Why it was this frontend. @type {Record<ReturnType<typeof reachedBy>, import('./texts.js').TextName>} */
const EVIDENCE = { name: 'evidenceName', address: 'evidenceAddress', port: 'evidencePort' }

/** Answers by machine, as bars. @param {import('./tally.js').Tally} tally */
export function showTally(tally) {
  const most = Math.max(1, ...tally.frontends.values(), ...tally.backends.values())
  for (const layer of /** @type {const} */ (['frontends', 'backends'])) {
    byId(layer).replaceChildren(
      ...[...tally[layer]].map(([name, count]) => {
        const bar = make('span', 'fill')
        bar.style.width = `${(100 * count) / most}%`
        const shown = make('span', 'machine', name)
        shown.title = tally.titles.get(name) ?? ''
        return make('li', '', shown, make('span', 'bar', ...(count ? [bar] : [])), make('span', 'count', String(count)))
      }),
    )
  }
  const { asked, onThisConnection: onThis } = tally
  const { host } = location
  byId('evidence').textContent = onThis > 1 ? say(EVIDENCE[reachedBy(location)], { asked, onThis, host }) : ''
}

/** The list of last requests, newest first. @param {import('./tally.js').Tally} tally */
export function showRecent(tally) {
  byId('legend').replaceChildren(...HOPS.map(hop => make('li', `hop-${hop}`, say(hop))))
  byId('requests').replaceChildren(...tally.recent.map(row))
}

/** @param {Exchange} exchange */
function row(exchange) {
  const { number, method, path, status, servedBy, total, connection } = exchange
  const request = make('td', 'request', make('code', '', `${method} ${path}`), ' ')
  request.append(
    make('span', status === 0 || status >= 400 ? 'failed' : '', status === 0 ? say('noAnswer') : `${status}`),
  )

  const names = [servedBy.frontend, servedBy.backend].filter(name => name !== undefined)
  const way = make('td', 'way', ...names.flatMap((name, i) => [i > 0 ? ' → ' : '', colour(name)]))
  way.append(make('small', 'split', connection ? say(connection.reused ? 'sameConnection' : 'newConnection') : ''))
  way.title = describeConnection(connection)

  const cells = [make('td', 'number', String(number)), request, way, times(exchange)]
  return make('tr', '', ...cells, make('td', 'number total', formatMs(language(), total)))
}

/** The way as a bar of its hops, and the same in figures. @param {Exchange} exchange */
function times({ status, total, timing }) {
  if (status === 0) return make('td', 'times')
  const own = ownTimes(total, timing)
  const passed = HOPS.filter(hop => own[hop] !== undefined)
  const bar = make('div', 'hops')
  bar.setAttribute('aria-hidden', 'true')
  for (const hop of passed) {
    const part = make('span', `part hop-${hop}`)
    part.style.flexGrow = String(own[hop])
    bar.append(part)
  }
  const figures = passed.map(hop => `${say(hop)}\u00a0${formatMs(language(), own[hop] ?? 0)}`)
  return make('td', 'times', bar, make('small', 'split', figures.join(' · ')))
}

/** @param {import('./ask.js').Connection | null} connection */
function describeConnection(connection) {
  if (!connection) return say('connectionUnknown')
  if (connection.reused) return say('connectionReused')
  const duration = (/** @type {number} */ ms) => formatMs(language(), ms)
  return say('connectionNew', { lookup: duration(connection.lookup), connect: duration(connection.connect) })
}
