/**
 * Parses the octets that a client received: interim responses, then the final one, as far as it has arrived.
 *
 * Independent of the edge's own parser, so that one error cannot be in both.
 *
 * Read beside: backend-responses.test.ts, RFC 9112 §6.3
 * Pure: text in, a response out.
 */

export interface ReadResponse {
  /** Statuses of the interim responses before it. */
  readonly interim: readonly number[]
  readonly status: number
  /** Status line and fields. */
  readonly head: string
  readonly content: string
  readonly trailers: string
  readonly complete: boolean
  /** Octets after it. */
  readonly rest: string
}

/**
 * @param received octets as latin1
 * @param ended    whether the connection was closed with FIN after these octets
 * @returns undefined until the head of a final response has arrived
 */
export function readResponse(received: string, method: string, ended: boolean): ReadResponse | undefined {
  const interim: number[] = []
  for (let at = 0; ; ) {
    const end = received.indexOf('\r\n\r\n', at)
    if (end === -1) return undefined
    const head = received.slice(at, end + 2)
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? Number.NaN)
    at = end + 4
    if (status < 200) interim.push(status)
    else return { interim, status, head, ...readBody(head, status, method, received.slice(at), ended) }
  }
}

type ReadBody = Pick<ReadResponse, 'content' | 'trailers' | 'complete' | 'rest'>

function readBody(head: string, status: number, method: string, octets: string, ended: boolean): ReadBody {
  if (method === 'HEAD' || status === 204 || status === 304)
    return { content: '', trailers: '', complete: true, rest: octets }
  if (/^transfer-encoding: chunked\r$/im.test(head)) return readChunks(octets)
  const length = /^content-length: (\d+)\r$/im.exec(head)
  if (length === null) return { content: octets, trailers: '', complete: ended, rest: '' }
  const size = Number(length[1])
  return { content: octets.slice(0, size), trailers: '', complete: octets.length >= size, rest: octets.slice(size) }
}

function readChunks(octets: string): ReadBody {
  let content = ''
  for (let at = 0; ; ) {
    const line = /^([0-9a-f]+)\r\n/.exec(octets.slice(at, at + 20))
    if (line === null) return { content, trailers: '', complete: false, rest: '' }
    const size = Number.parseInt(line[1] as string, 16)
    at += line[0].length
    content += octets.slice(at, at + size)
    if (size === 0) {
      const end = octets.startsWith('\r\n', at) ? at : octets.indexOf('\r\n\r\n', at) + 2
      const complete = end >= at && octets.startsWith('\r\n', end)
      return { content, trailers: complete ? octets.slice(at, end) : '', complete, rest: octets.slice(end + 2) }
    }
    at += size + 2
    if (at > octets.length) return { content, trailers: '', complete: false, rest: '' }
  }
}
