/**
 * Reads what a client received: interim answers, then the final one, taken apart as far as it has come.
 *
 * Apart from the edge's own reader, so that both cannot be wrong in the same way.
 *
 * Read beside: answers.test.ts, RFC 9112 §6.3
 * Pure: text in, an answer out.
 */

export interface ReadAnswer {
  /** Statuses of the interim answers before it. */
  readonly interim: readonly number[]
  readonly status: number
  /** Status line and fields. */
  readonly head: string
  readonly content: string
  readonly trailers: string
  readonly complete: boolean
  /** What follows it. */
  readonly rest: string
}

/**
 * @param received octets as latin1
 * @param ended    whether the connection was closed in an orderly way behind them
 * @returns undefined while there is no final head
 */
export function readAnswer(received: string, method: string, ended: boolean): ReadAnswer | undefined {
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

type Body = Pick<ReadAnswer, 'content' | 'trailers' | 'complete' | 'rest'>

function readBody(head: string, status: number, method: string, octets: string, ended: boolean): Body {
  if (method === 'HEAD' || status === 204 || status === 304)
    return { content: '', trailers: '', complete: true, rest: octets }
  if (/^transfer-encoding: chunked\r$/im.test(head)) return readChunks(octets)
  const length = /^content-length: (\d+)\r$/im.exec(head)
  if (length === null) return { content: octets, trailers: '', complete: ended, rest: '' }
  const size = Number(length[1])
  return { content: octets.slice(0, size), trailers: '', complete: octets.length >= size, rest: octets.slice(size) }
}

function readChunks(octets: string): Body {
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
