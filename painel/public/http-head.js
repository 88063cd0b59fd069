/**
 * The head of an HTTP message as fields with their octets.
 *
 * Read beside: RFC 9112 §3 (request line), §4 (status line), §5 (field lines), packet-view.js
 * Pure: octets in hexadecimal in, fields out.
 */

/**
 * @typedef {object} HeadField
 * @property {'start-line' | 'field' | 'line'} label
 * @property {number} start offset of its first octet
 * @property {number} end   the offset after its last octet, CRLF included
 * @property {string} name  of a field; empty for the start line
 * @property {string} value
 */

/** Each octet as one character (latin1). @param {string} hex */
function textOf(hex) {
  return (hex.match(/../g) ?? []).map(octet => String.fromCharCode(Number.parseInt(octet, 16))).join('')
}

/** @param {string} hex @returns {HeadField[]} */
export function headFields(hex) {
  const text = textOf(hex)
  /** @type {HeadField[]} */
  const fields = []
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\r\n', start)
    const stop = newline === -1 ? text.length : newline
    const line = text.slice(start, stop)
    const colon = line.indexOf(':')
    const end = newline === -1 ? text.length : newline + 2
    if (start === 0) fields.push({ label: 'start-line', start, end, name: '', value: line })
    else if (colon > 0) {
      fields.push({ label: 'field', start, end, name: line.slice(0, colon), value: line.slice(colon + 1).trim() })
    } else if (line !== '') fields.push({ label: 'line', start, end, name: '', value: line })
    start = end
  }
  return fields
}
