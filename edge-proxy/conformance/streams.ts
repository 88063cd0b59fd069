/**
 * Sends large bodies through an edge in both directions, and measures the memory and descriptors of a process meanwhile.
 *
 * Read beside: growth.test.ts, endurance.ts
 * Touches the world: TCP connections; reads /proc.
 */
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { head } from './case.ts'

const PIECE = Buffer.alloc(65_536, 'x')

export interface TcpAddress {
  readonly address: string
  readonly port: number
}

/** Uploads octets and reads them back from a backend that echoes them. @returns the number of received octets, heads included */
export async function echo({ address, port }: TcpAddress, octets: number): Promise<number> {
  const socket = connect({ host: address, port })
  await once(socket, 'connect')
  let received = 0
  socket.on('data', piece => {
    received += piece.length
  })
  socket.write(head('POST /echo HTTP/1.1', 'Host: a', `Content-Length: ${octets}`, 'Connection: close'))
  const ended = once(socket, 'end')
  for (let sent = 0; sent < octets; sent += PIECE.length) {
    const piece = octets - sent < PIECE.length ? PIECE.subarray(0, octets - sent) : PIECE
    if (!socket.write(piece)) await once(socket, 'drain')
  }
  await ended
  socket.destroy()
  return received
}

/** Resident memory of a process, in MiB. */
export function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

/** The number of open descriptors of a process. */
export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** The highest value of a figure while `work` is pending, read ten times a second. */
export async function peakDuring(figure: () => number, work: Promise<unknown>): Promise<number> {
  let most = figure()
  const watching = setInterval(() => {
    most = Math.max(most, figure())
  }, 100)
  await work
  clearInterval(watching)
  return most
}
