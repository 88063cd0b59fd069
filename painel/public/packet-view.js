/**
 * The packet of one event: a DNS message, or the two HTTP heads on both sides of the edge, in octets and in fields.
 *
 * Read beside: hex-view.js, http-head.js, field-rules.js, painel/packets/decode-dns.ts
 * Touches the world: the document, and the clipboard when a person presses "copy".
 */
import { curlLine, digLine } from './command-lines.js'
import { preformatted } from './component-view.js'
import { button, scrollBox } from './controls.js'
import { byId, createElement } from './dom.js'
import { explainButton, explanation, rfcLink } from './explain-view.js'
import { FIELD_RULES } from './field-rules.js'
import { hexView } from './hex-view.js'
import { headFields } from './http-head.js'
import { isEnglish, numeral, say, sayOr } from './words.js'

/** @param {any} hop with its octets; undefined when none is chosen @param {any} journey @param {any} map */
export function drawPacket(hop, journey, map) {
  if (hop === undefined) {
    byId('packet-view').replaceChildren(createElement('p', 'muted', say('chooseStep')))
    return
  }
  const sentence = isEnglish() ? hop.reasonEn : hop.reason
  const parts = hop.dns === undefined ? httpParts(hop, journey, map) : dnsParts(hop, map)
  const whole = createElement(
    'details',
    '',
    createElement('summary', '', say('details')),
    preformatted('', JSON.stringify(hop.detail, null, 2)),
  )
  byId('packet-view').replaceChildren(
    createElement('p', 'sentence', sentence),
    createElement('div', 'explanation', ...explanation(hop.kind)),
    ...(parts.length > 0 ? parts : [createElement('p', 'muted', say('noOctets'))]),
    whole,
  )
}

/** @param {any} hop @param {any} map */
function dnsParts({ octets, dns, detail, component }, map) {
  const { name, type } = detail
  const asked = component === 'painel' ? serverAt(map, detail.server) : componentNamed(map, component)
  return [
    ...['query', 'answer']
      .filter(side => octets[side] !== undefined)
      .map(side => dnsPart(side, octets[side], dns[side])),
    command(digLine({ name, type }, asked)),
  ]
}

/** @param {string} side @param {string} hex @param {any} decoded */
function dnsPart(side, hex, { fields, disagreements }) {
  const title = say(side === 'query' ? 'title_query' : 'title_answer')
  const shown = fields.map((/** @type {any} */ field) => ({
    ...field,
    content: dnsContent(field),
    className: field.own === undefined ? '' : 'disagrees',
  }))
  const agrees = disagreements.length === 0
  return createElement(
    'section',
    'part octets-part',
    createElement('h3', '', `${title} · ${say('octets', { n: numeral(hex.length / 2) })}`),
    hexView(hex, shown, title),
    createElement(
      'p',
      agrees ? 'muted' : 'trouble',
      agrees ? `✓ ${say('agree')}` : `✕ ${say('disagree')} ${disagreements.join('; ')}`,
    ),
  )
}

/** @param {any} field */
function dnsContent({ label, value, own, target }) {
  const explained = label === 'pointer' || label === 'ttl' ? [explainButton(label)] : []
  return [
    createElement('span', 'field-name', sayOr(`f_${label}`)),
    createElement('span', 'field-value', target === undefined ? value : say('pointsTo', { n: value })),
    ...(own === undefined ? [] : [createElement('strong', 'own', `≠ ${say('ownReads', { value: own })}`)]),
    ...explained,
  ]
}

/**
 * The heads on both sides of the edge: the one that came in and the one that went out, whichever of the two this event has.
 *
 * @param {any} hop @param {any} journey @param {any} map
 */
function httpParts(hop, journey, map) {
  /** @param {string} kind */
  const near = kind =>
    journey.hops.findLast(
      (/** @type {any} */ one) => one.kind === kind && (kind === 'edge.received' || one.time <= hop.time),
    ) ?? journey.hops.find((/** @type {any} */ one) => one.kind === kind)
  if (hop.kind === 'edge.received' || hop.kind === 'edge.sent') {
    const received = near('edge.received')
    const sent =
      hop.kind === 'edge.sent' ? hop : journey.hops.find((/** @type {any} */ one) => one.kind === 'edge.sent')
    const client = componentNamed(map, received?.component)
    return [
      ...headPart('title_received_client', received?.octets?.received, sent?.detail.fields),
      ...headPart('title_sent_backend', sent?.octets?.sent, sent?.detail.fields),
      ...fateTable(sent?.detail.fields),
      ...(received?.octets?.received === undefined ? [] : [command(curlLine(received.octets.received, client))]),
    ]
  }
  if (hop.kind === 'edge.first-octet' || hop.kind === 'edge.request') {
    const received = near('edge.first-octet')
    const sent = near('edge.request')
    const fields = sent?.detail.response.fields
    return [
      ...headPart('title_received_backend', received?.octets?.received, fields),
      ...headPart('title_sent_client', sent?.octets?.sent, fields),
      ...fateTable(fields),
    ]
  }
  return []
}

/** @param {'title_received_client' | 'title_sent_backend' | 'title_received_backend' | 'title_sent_client'} word @param {string | undefined} hex @param {any[] | undefined} verdicts */
function headPart(word, hex, verdicts = []) {
  if (hex === undefined) return []
  const shown = headFields(hex).map(field => {
    const verdict = verdicts.find(({ name }) => name.toLowerCase() === field.name.toLowerCase())?.verdict
    const isKnown = verdict !== undefined && field.label === 'field'
    const content = [
      ...(field.name === '' ? [] : [createElement('span', 'field-name', field.name)]),
      createElement('span', 'field-value', field.value),
      ...(isKnown ? [createElement('span', `fate is-${verdict}`, `${FATE_SHAPES[verdict]} ${sayOr(verdict)}`)] : []),
    ]
    return {
      depth: field.label === 'start-line' ? 0 : 1,
      start: field.start,
      end: field.end,
      content,
      className: isKnown ? `is-${verdict}` : '',
    }
  })
  return [
    createElement(
      'section',
      'part octets-part',
      createElement('h3', '', `${say(word)} · ${say('octets', { n: numeral(hex.length / 2) })}`),
      hexView(hex, shown, say(word)),
    ),
  ]
}

/** A shape beside each word. @type {Record<string, string>} */
const FATE_SHAPES = { kept: '=', added: '+', replaced: '≠', removed: '−' }

/** @param {{ name: string, verdict: string, rule: string }[] | undefined} fields */
function fateTable(fields) {
  if (fields === undefined || fields.length === 0) return []
  const rows = fields.map(({ name, verdict, rule }) => {
    const known = FIELD_RULES[rule]
    const meaning = known === undefined ? '' : isEnglish() ? known.en : known.pt
    const quote = known === undefined || known.quote === '' ? [] : [createElement('q', 'quote', known.quote)]
    const text = quote[0]
    if (text) text.lang = 'en'
    return createElement(
      'tr',
      `is-${verdict}`,
      createElement('th', '', name),
      createElement('td', 'fate-cell', `${FATE_SHAPES[verdict]} ${sayOr(verdict)}`),
      createElement('td', '', rfcLink(rule)),
      createElement('td', 'meaning', meaning, ...quote),
    )
  })
  return [
    createElement(
      'section',
      'part',
      createElement('h3', '', say('fates'), explainButton('fates')),
      scrollBox(say('fates'), createElement('table', 'table fields', createElement('tbody', '', ...rows))),
    ),
    createElement('p', 'muted', say('masked')),
  ]
}

/** @param {string} line */
function command(line) {
  const code = createElement('code', '', line)
  const copy = button(
    '',
    async () => {
      try {
        await navigator.clipboard.writeText(line)
        copy.textContent = say('copied')
      } catch {
        // No permission: the line is marked, so that the person can copy it.
        getSelection()?.selectAllChildren(code)
      }
    },
    say('copy'),
  )
  return createElement('div', 'command', createElement('h3', '', say('again')), createElement('p', 'row', code, copy))
}

/** @param {any} map @param {string | undefined} place `127.20.0.5:53` */
function serverAt(map, place) {
  return map?.components.find((/** @type {any} */ { address, port }) => `${address}:${port}` === place)
}

/** @param {any} map @param {string | undefined} wanted */
function componentNamed(map, wanted) {
  return map?.components.find((/** @type {any} */ { name }) => name === wanted)
}
