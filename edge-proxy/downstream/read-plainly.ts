/**
 * How a connection reads its socket: the plain way, and the type of any other (read-memory.ts).
 *
 * Read beside: client-connection.ts
 * Touches the world: the socket that it is given.
 */
import type { Socket } from 'node:net'

export interface PieceReader {
  received(piece: Buffer): void
  /** Whether octets of the last piece still wait to be written or parsed: then its memory must not be read into again. */
  readonly holdsPiece: boolean
}

/**
 * Begins to read from a socket that was accepted with `pauseOnConnect`.
 *
 * @returns the socket to use from now on
 */
export type ReadSocket = (accepted: Socket, reader: PieceReader) => Socket

export const readPlainly: ReadSocket = (accepted, reader) =>
  accepted.on('data', (piece: Buffer) => reader.received(piece)).resume()
