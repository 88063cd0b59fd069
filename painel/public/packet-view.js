/**
 * The octets of one step: a DNS message in hexadecimal and in words, or an HTTP head with the fate of each field.
 *
 * Read beside: painel/packets/decode-dns.ts, edge-proxy/watch/field-verdicts.ts
 * Touches the world: the document.
 */
import { element } from './dom.js'
import { say, sayOr } from './words.js'

/** @param {HTMLElement} place @param {any} hop */
export function drawPacket(place, hop) {
  const parts = Object.entries(hop.octets ?? {}).map(([name, hex]) => packet(name, String(hex), hop.dns?.[name]))
  if (parts.length === 0) parts.push(element('p', 'muted', say('noOctets')))
  const fields = hop.detail.fields ?? hop.detail.response?.fields
  if (fields?.length > 0) parts.push(verdicts(fields))
  const details = element('details', '', element('summary', '', say('details')))
  details.append(element('pre', '', JSON.stringify(hop.detail, null, 2)))
  place.replaceChildren(...parts, details)
}

/** @param {string} name @param {string} hex @param {any} decoded */
function packet(name, hex, decoded) {
  const box = element('div', '', element('h3', '', sayOr(name)))
  if (decoded === undefined) {
    box.append(element('pre', 'head', textOf(hex)))
    return box
  }
  box.append(element('pre', 'hex', rowsOf(hex)), element('pre', 'head', decoded.lines.join('\n')))
  const agrees = decoded.disagreements.length === 0
  const verdict = agrees ? say('agree') : `${say('disagree')} ${decoded.disagreements.join('; ')}`
  box.append(element('p', agrees ? 'muted' : 'trouble', verdict))
  return box
}

/** Sixteen octets in a row, after their offset. @param {string} hex */
function rowsOf(hex) {
  const octets = hex.match(/../g) ?? []
  const rows = []
  for (let at = 0; at < octets.length; at += 16) {
    rows.push(`${at.toString(16).padStart(4, '0')}  ${octets.slice(at, at + 16).join(' ')}`)
  }
  return rows.join('\n')
}

/** Each octet as one character (latin1). @param {string} hex */
function textOf(hex) {
  return (hex.match(/../g) ?? [])
    .map(octet => String.fromCharCode(Number.parseInt(octet, 16)))
    .join('')
    .trimEnd()
}

/** @param {{ name: string, verdict: string, rule: string }[]} fields */
function verdicts(fields) {
  const rows = fields.map(({ name, verdict, rule }) =>
    element('tr', `is-${verdict}`, element('td', '', name), element('td', '', sayOr(verdict)), element('td', '', rule)),
  )
  return element('div', '', element('h3', '', say('fields')), element('table', 'fields', element('tbody', '', ...rows)))
}
