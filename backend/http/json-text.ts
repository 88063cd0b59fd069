/**
 * JSON as we take it: as in RFC 8259, but nested only so deep, with no member named twice, and with no half of a character.
 *
 * `{"role": "aluno", "role": "admin"}` is read as `admin` by one program and as `aluno` by the next, and whoever checks one
 * and obeys the other has been tricked: RFC 8259 §4 calls the outcome "unpredictable". So it is refused. JSON.parse does
 * not tell, hence the walk over the text: strings, braces and colons, nothing else.
 *
 * `"\ud800"` is half of a surrogate pair: no character, and there is no UTF-8 for it. Whoever writes it down all the same writes
 * U+FFFD instead, for every half alike, so two passwords would be one: §8.2 calls that "unpredictable", too.
 *
 * Read beside: RFC 8259 §4 (objects), §7 (strings), §8.2 (Unicode), §9 (limits on depth)
 * Pure: text in, a value out.
 */
import { Refusal } from '../refusal.ts'

export const DEPTH_LIMIT = 8

/** @throws Refusal 400 with the reason */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refusal(400, `the body is not JSON: ${(error as Error).message}`, { cause: error })
  }
  walk(text)
  return value
}

/** A string, a brace or a bracket. In a text that JSON.parse took, everything between them is of no interest. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g
const COLON_NEXT = /[\x20\t\r\n]*:/y
/** The body is UTF-8, so one can only be there escaped. */
const SURROGATE = /\\ud[89a-f]/i

function walk(text: string): void {
  /** The names seen in each object that is open around this place; arrays hold their place with an unused set. */
  const open: Set<string>[] = []
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.length === DEPTH_LIMIT) throw new Refusal(400, `the body is nested deeper than ${DEPTH_LIMIT} levels`)
      open.push(new Set())
    } else if (token === '}' || token === ']') {
      open.pop()
    } else {
      if (SURROGATE.test(token) && !JSON.parse(token).isWellFormed()) {
        throw new Refusal(400, 'the body has half of a surrogate pair (\\ud800 to \\udfff), which is no character')
      }
      COLON_NEXT.lastIndex = index + token.length
      if (!COLON_NEXT.test(text)) continue
      const name: string = JSON.parse(token)
      const names = open.at(-1)
      if (names?.has(name)) throw new Refusal(400, `the body names ${JSON.stringify(name)} twice in one object`)
      names?.add(name)
    }
  }
}
