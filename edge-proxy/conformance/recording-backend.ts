/**
 * A backend that keeps the octets of every request that reaches it, and answers 200 to each.
 *
 * It finds the end of a request as the edge wrote it (one Content-Length, or chunks), on purpose without the edge's own
 * parser: what reads the evidence must not share its mistakes.
 *
 * Read beside: corpus.test.ts
 * Touches the world: listens on a port of 127.0.0.1.
 */
import { scriptedBackend, type TestBackend } from '../testing/backends.ts'

export interface RecordingBackend extends TestBackend {
  /** The octets of each complete request, as latin1. */
  readonly requests: string[]
}

export async function recordingBackend(name: string): Promise<RecordingBackend> {
  const requests: string[] = []
  const backend = await scriptedBackend(name, (socket, first) => {
    let pending = ''
    const take = (octets: string) => {
      pending += octets
      for (let end = endOfRequest(pending); end !== -1; end = endOfRequest(pending)) {
        requests.push(pending.slice(0, end))
        pending = pending.slice(end)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }
    }
    socket.on('data', (piece: Buffer) => take(piece.toString('latin1')))
    socket.on('end', () => socket.end())
    take(first)
  })
  return Object.assign(backend, { requests })
}

/** @returns the offset after the first request, or -1 while it is not complete */
export function endOfRequest(text: string): number {
  const endOfHead = text.indexOf('\r\n\r\n')
  if (endOfHead === -1) return -1
  const head = text.slice(0, endOfHead)
  const body = endOfHead + 4
  if (/\r\ntransfer-encoding: chunked(\r\n|$)/i.test(head)) {
    const end = /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(text.slice(body))
    return end === null ? -1 : body + end.index + end[0].length
  }
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  return text.length >= body + length ? body + length : -1
}
