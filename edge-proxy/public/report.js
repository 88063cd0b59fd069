/**
 * The last requests in words and figures: the sentence above the drawing, the error and the machines that are off below it, bars by
 * machine, a row for each request.
 *
 * Read beside: index.html (#path, #tally, #recent), tally.js, explain.js
 * Touches the world: the document.
 */
import { byId, createElement } from './dom.js'
import { explain, explainOff } from './explain.js'
import { HOPS, ownTimes } from './hops.js'
import { language } from './language.js'
import { addressKind, machineCommand, statusCommand } from './page-address.js'
import { formatMs } from './texts.js'
import { translate } from './translate.js'

/** @typedef {import('./send-request.js').PageRequest} PageRequest */

/** Shows who answered, in a sentence. @param {PageRequest | undefined} request @param {string | null} user */
export function showVerdict(request, user) {
  byId('verdict').replaceChildren(...coloured(request ? verdict(request, user) : ''))
}

/** A text with the names of machines in the colour of their layer. @param {string} text */
function coloured(text) {
  return text.split(/\b((?:frontend|backend)\d+)\b/).map(part => {
    const layer = /^(frontend|backend)\d+$/.exec(part)?.[1]
    return layer ? createElement('span', `${layer}-name`, part) : part
  })
}

/** @param {PageRequest} request @param {string | null} user */
function verdict({ number, servedBy, status, anonymous, body }, user) {
  const { frontend, backend } = servedBy
  if (number === 0 && frontend) return translate('verdictPage', { frontend })
  if (status === 0 || !frontend) return translate(status === 0 ? 'verdictNoAnswer' : 'verdictUnknown')
  const served = backend ? translate('verdictServed', { frontend, backend }) : translate('verdictEdge', { frontend })
  if (anonymous) return `${served}\n${translate('verdictAnonymous')}`
  if (status === 401 && body?.sessions === 'memory' && backend)
    return `${served}\n${translate('verdictForgotten', { backend })}`
  return user !== null && status < 400 ? `${served}\n${translate('verdictUser', { user })}` : served
}

/**
 * Explains in an element what went wrong, or hides it.
 *
 * @param {HTMLElement} element
 * @param {PageRequest | undefined} request
 * @param {string | undefined} creator the backend that created the session
 */
export function showTrouble(element, request, creator) {
  const trouble = request ? explain(request) : null
  element.hidden = trouble === null
  element.replaceChildren()
  if (!request || !trouble) return
  const { servedBy, status, body, requestId, retryAfter } = request
  const backend = servedBy.backend ?? translate('theBackend')
  const known = creator !== undefined && creator !== servedBy.backend
  const text = trouble.text === 'trouble401Memory' && known ? 'trouble401MemoryOther' : trouble.text
  const sentence = translate(text, {
    status,
    frontend: servedBy.frontend ?? translate('theFrontend'),
    backend,
    creator: creator ?? '',
    machine: servedBy.backend ?? servedBy.frontend ?? translate('theFrontend'),
    wait: retryAfter ? translate('seconds', { count: retryAfter }) : translate('aMoment'),
  })
  element.append(sentence)
  // Where there is no better sentence. The `detail` of a problem is in English, so it is shown only beside English.
  const detailed = trouble.text === 'trouble400' && language() === 'en'
  if (detailed && typeof body?.detail === 'string') element.append(createElement('small', '', body.detail))
  // The logs are read after an error of a server. After a wrong password they would not help.
  if (status >= 500 && requestId) {
    element.append(createElement('small', '', `${translate('requestId')} `, createElement('code', '', requestId)))
  }
}

/** Lists the machines that are off, each with its reason and a command. @param {import('./tally.js').Tally} tally */
export function showMachinesOff(tally) {
  const last = tally.recent[0]
  const rows = [...tally.off].map(([name, why]) => {
    const { text, action } = explainOff(why)
    return machineRow(name, translate(text), action && machineCommand(location, action, name))
  })
  if (last?.failure === 'network' || last?.failure === 'timeout') {
    const frontend = tally.recent.find(({ servedBy }) => servedBy.frontend)?.servedBy.frontend ?? 'frontend1'
    const commands = `${statusCommand(location)}\n${machineCommand(location, 'start', frontend)}`
    rows.unshift(machineRow('frontends', translate('offFrontends'), commands))
  }
  byId('off').hidden = rows.length === 0
  byId('machines-off').replaceChildren(...rows)
}

/** @param {string} name @param {string} reason @param {string | null} command */
function machineRow(name, reason, command) {
  const layer = /^(frontend|backend|redis|mysql)/.exec(name)?.[1] ?? ''
  const title = createElement('b', `${layer}-name`, translateMachine(name))
  const row = createElement('li', '', title, ' ', createElement('span', '', reason))
  if (command !== null) row.append(createElement('pre', '', createElement('code', '', command)))
  return row
}

/** @param {string} name */
function translateMachine(name) {
  return { redis: 'Redis', mysql: 'MySQL', frontends: translate('allFrontends') }[name] ?? name
}

/** Why it was this frontend. @type {Record<ReturnType<typeof addressKind>, import('./texts.js').TextName>} */
const FRONTEND_REASONS = { name: 'sameByName', address: 'sameByAddress', port: 'sameByPort' }

/** Responses by machine, as bars; each layer has its own scale. @param {import('./tally.js').Tally} tally */
export function showTally(tally) {
  for (const layer of /** @type {const} */ (['frontends', 'backends'])) {
    const most = Math.max(1, ...tally[layer].values())
    byId(layer).replaceChildren(
      ...[...tally[layer]].map(([name, count]) => {
        const bar = createElement('span', 'fill')
        bar.style.width = `${(100 * count) / most}%`
        const machine = createElement('span', 'machine', name)
        const cells = [machine, createElement('span', 'bar', ...(count ? [bar] : []))]
        return createElement(
          'li',
          tally.off.has(name) ? 'off' : '',
          ...cells,
          createElement('span', 'count', String(count)),
        )
      }),
    )
  }
  const { requests, onThisConnection: onThis } = tally
  const reason = translate(FRONTEND_REASONS[addressKind(location)], { requests, onThis, host: location.host })
  byId('same-reason').textContent = onThis > 1 ? reason : ''
}

/** The list of last requests, newest first. @param {import('./tally.js').Tally} tally */
export function showRecent(tally) {
  byId('legend').replaceChildren(...HOPS.map(hop => createElement('li', `hop-${hop}`, translate(hop))))
  byId('requests').replaceChildren(...tally.recent.map(row))
}

/** @param {PageRequest} request */
function row(request) {
  const { number, method, path, status, anonymous, servedBy, total, connection } = request
  const line = createElement('td', 'request', createElement('code', '', `${method} ${path}`), ' ')
  const failed = status === 0 || (status >= 400 && !anonymous)
  line.append(createElement('span', failed ? 'failed' : '', status === 0 ? translate('noResponse') : `${status}`))
  const remark = number === 0 ? 'thisPage' : anonymous ? 'anonymous' : null
  if (remark) line.append(createElement('small', 'split', translate(remark)))

  const names = [servedBy.frontend, servedBy.backend].filter(name => name !== undefined)
  const way = createElement('td', 'way', ...coloured(names.join(' → ')))
  const known = connection ? translate(connection.reused ? 'sameConnection' : 'newConnection') : ''
  const kind = number === 0 && !connection ? translate('earlierConnection') : known
  way.append(createElement('small', 'split', kind))
  way.title = describeConnection(connection)

  const cells = [createElement('td', 'number', String(number)), line, way, times(request)]
  return createElement('tr', '', ...cells, createElement('td', 'number total', formatMs(language(), total)))
}

/** The time of each hop as a bar, and in figures. @param {PageRequest} request */
function times({ status, total, timing }) {
  if (status === 0) return createElement('td', 'times')
  const own = ownTimes(total, timing)
  const passed = HOPS.filter(hop => own[hop] !== undefined)
  const bar = createElement('div', 'hops')
  bar.setAttribute('aria-hidden', 'true')
  for (const hop of passed) {
    const part = createElement('span', `part hop-${hop}`)
    part.style.flexGrow = String(own[hop])
    bar.append(part)
  }
  const figures = passed.map(hop => `${translate(hop)}\u00a0${formatMs(language(), own[hop] ?? 0)}`)
  return createElement('td', 'times', bar, createElement('small', 'split', figures.join(' · ')))
}

/** @param {import('./send-request.js').ConnectionTiming | null} connection */
function describeConnection(connection) {
  if (!connection) return translate('connectionUnknown')
  if (connection.reused) return translate('connectionReused')
  const duration = (/** @type {number} */ ms) => formatMs(language(), ms)
  return translate('connectionNew', { lookup: duration(connection.lookup), connect: duration(connection.connect) })
}
