/**
 * Domain names as text: labels joined by dots, with `\.` for a dot inside a label and `\DDD` for any octet.
 *
 * Read beside: RFC 1035 §5.1 (escapes, relative names, `@`); name.ts
 * Pure: text in, labels out, and back.
 */
import { LABEL_LIMIT, NAME_LIMIT, type Name, ROOT, wireLength } from './name.ts'

/** Invalid text of a name, a number, an address … The message says what is wrong. */
export class TextError extends Error {
  override name = 'TextError'
}

/**
 * Reads a name. A name that ends in a dot is complete; `origin` is appended to every other name.
 *
 * @throws TextError for an empty label, a label over 63 octets, a name over 255, or a bad escape
 */
export function parseName(text: string, origin: Name = ROOT): Name {
  if (text === '@') return origin
  if (text === '.') return ROOT
  const labels: string[] = []
  let label = ''
  let absolute = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    absolute = character === '.'
    if (absolute) {
      labels.push(checkedLabel(label, text))
      label = ''
    } else if (character === '\\') {
      const escaped = readEscape(text, i)
      label += escaped.octet
      i += escaped.length - 1
    } else {
      label += character
    }
  }
  if (!absolute) labels.push(checkedLabel(label, text))
  const name = absolute ? labels : [...labels, ...origin]
  const length = wireLength(name)
  if (length > NAME_LIMIT)
    throw new TextError(`the name ${quote(text)} has ${length} octets; the limit is ${NAME_LIMIT}`)
  return name
}

/**
 * Reads the escape that begins at `at`: `\DDD` is the octet of that decimal value, `\X` is X itself.
 *
 * @returns the octet, and the number of characters of the escape
 */
export function readEscape(text: string, at: number): { octet: string; length: number } {
  const next = text[at + 1]
  if (next === undefined) throw new TextError(`${quote(text)} ends in a backslash`)
  if (!/\d/.test(next)) return { octet: next, length: 2 }
  const digits = text.slice(at + 1, at + 4)
  if (!/^\d{3}$/.test(digits) || Number(digits) > 255) {
    throw new TextError(`\\${digits} in ${quote(text)} is not an octet: write three digits, \\000 to \\255`)
  }
  return { octet: String.fromCharCode(Number(digits)), length: 4 }
}

/** `www.meutrabalho.com.br.`, always with the final dot. parseName() returns the same labels. */
export function formatName(name: Name): string {
  if (name.length === 0) return '.'
  return name.map(label => `${label.replace(/[^!#%&'*-:<-?A-[\]-~]|\./g, escapeOctet)}.`).join('')
}

function escapeOctet(character: string): string {
  const code = character.charCodeAt(0)
  return code > 0x20 && code < 0x7f ? `\\${character}` : `\\${String(code).padStart(3, '0')}`
}

function checkedLabel(label: string, text: string): string {
  if (label === '')
    throw new TextError(`the name ${quote(text)} has an empty label (two dots in a row, or a dot at the beginning)`)
  if (label.length <= LABEL_LIMIT) return label
  throw new TextError(`a label of ${quote(text)} has ${label.length} octets; the limit is ${LABEL_LIMIT}`)
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}
