/**
 * JSON as in RFC 8259, with three restrictions: a limited depth, no member name twice in an object, no half surrogate pairs.
 *
 * `{"role": "aluno", "role": "admin"}` means `admin` to one program and `aluno` to another. If one checks it and the other acts on it,
 * the check is useless; RFC 8259 §4 calls the result "unpredictable". So it is refused. JSON.parse does not report it, hence the
 * second pass over the text, which looks only at strings, braces, brackets and colons.
 *
 * `"\ud800"` is half of a surrogate pair. It is not a character and has no UTF-8; programs write U+FFFD in its place, so two
 * different passwords would become the same. §8.2 calls this "unpredictable", too.
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
  checkStrings(text)
  return value
}

/** A string, a brace or a bracket. In a text that JSON.parse has accepted, the rest is not needed here. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g
const COLON_NEXT = /[\x20\t\r\n]*:/y
/** The body is valid UTF-8, so a half surrogate pair can only be there as an escape. */
const SURROGATE = /\\ud[89a-f]/i

function checkStrings(text: string): void {
  /** The member names seen in each object that is open at this position. An array has an entry too, which is not used. */
  const open: Set<string>[] = []
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.length === DEPTH_LIMIT) throw new Refusal(400, `the body is nested deeper than ${DEPTH_LIMIT} levels`)
      open.push(new Set())
    } else if (token === '}' || token === ']') {
      open.pop()
    } else {
      if (SURROGATE.test(token) && !JSON.parse(token).isWellFormed()) {
        throw new Refusal(400, 'the body has half of a surrogate pair (\\ud800 to \\udfff), which is not a character')
      }
      COLON_NEXT.lastIndex = index + token.length
      if (!COLON_NEXT.test(text)) continue
      const name: string = JSON.parse(token)
      const names = open.at(-1)
      if (names?.has(name))
        throw new Refusal(400, `the member ${JSON.stringify(name)} is twice in one object of the body`)
      names?.add(name)
    }
  }
}
