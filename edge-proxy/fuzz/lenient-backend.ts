/**
 * A backend as an attacker would wish for: it forgives everything that has ever been used to smuggle a request.
 *
 * Bare LF ends a line, a bare CR too; white space before a colon is nothing; `_` is `-`; folded lines are joined; any
 * Transfer-Encoding that has "chunked" in it counts, before any Content-Length; of several lengths the last one counts, as
 * far as it begins with a number; a chunk size is whatever hexadecimal digits a line begins with.
 *
 * Read beside: smuggling.test.ts, ../conformance/recorder.ts (the strict one)
 * Pure.
 */

export interface Heard {
  readonly method: string
  readonly path: string
  /** Octets of content. */
  readonly length: number
}

/** What it makes of octets: every complete request in order, and what is left of an incomplete one. */
export function hear(octets: string): { heard: Heard[]; rest: string } {
  const heard: Heard[] = []
  let at = 0
  for (;;) {
    while (octets[at] === '\r' || octets[at] === '\n') at++
    const rest = octets.slice(at)
    const end = /\r\n\r\n|\n\n|\r\r|\n\r\n/.exec(rest)
    if (end === null) return { heard, rest }
    const lines = octets
      .slice(at, at + end.index)
      .replace(/(\r\n|\n|\r)[ \t]+/g, ' ')
      .split(/\r\n|\n|\r/)
    const body = at + end.index + end[0].length
    const [method = '', path = ''] = (lines[0] ?? '').split(/[ \t]+/)
    const fields = lines.slice(1).map(line => {
      const [name = '', ...rest] = line.split(':')
      return { name: name.trim().toLowerCase().replaceAll('_', '-'), value: rest.join(':').trim() }
    })
    const valuesOf = (name: string) => fields.filter(field => field.name === name).map(field => field.value)
    if (valuesOf('transfer-encoding').some(value => /chunked/i.test(value))) {
      const chunks = readChunks(octets, body)
      if (chunks === undefined) return { heard, rest }
      heard.push({ method, path, length: chunks.length })
      at = chunks.end
    } else {
      const length = Number.parseInt(valuesOf('content-length').at(-1) ?? '0', 10) || 0
      if (octets.length < body + length) return { heard, rest }
      heard.push({ method, path, length })
      at = body + length
    }
  }
}

function readChunks(octets: string, from: number): { length: number; end: number } | undefined {
  let at = from
  let length = 0
  for (;;) {
    const lineEnd = octets.indexOf('\n', at)
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(octets.slice(at, lineEnd), 16) || 0
    at = lineEnd + 1
    if (size === 0) break
    if (octets.length < at + size) return undefined
    length += size
    at += size
    while (octets[at] === '\r' || octets[at] === '\n') at++
  }
  // Trailers, up to an empty line.
  for (;;) {
    const lineEnd = octets.indexOf('\n', at)
    if (lineEnd === -1) return undefined
    const line = octets.slice(at, lineEnd).trim()
    at = lineEnd + 1
    if (line === '') return { length, end: at }
  }
}
