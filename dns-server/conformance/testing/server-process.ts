/**
 * The server under test, as a process of its own, and functions that send octets to it.
 *
 * There is no wait for messages that must get no response: a plain query follows on the same socket, and the server answers datagrams
 * in order, so a message that is not answered before that query will never be.
 *
 * Touches the world: spawns `dns-server/main.ts` on a loopback address, opens UDP and TCP sockets, runs dig.
 */
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { type Host, hostNamed, networkMap } from '#shared/network-map.ts'
import { loopbackPrefix } from '../../../test/testing/loopback.ts'
import { Spawned } from '../../../test/testing/spawned.ts'
import { queryOf } from '../../testing/ask.ts'
import { type DnsMessage, decodeMessage } from '../../wire/message.ts'
import { formatProblem } from '../../zone/check.ts'
import type { Zone } from '../../zone/zone.ts'
import { checkZoneFile } from '../../zone/zone-files.ts'

const FIXTURES = join(import.meta.dirname, '..', 'zones')
const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')

export interface ServerProcessOptions {
  /** Zone files by origin, names relative to {@link FIXTURES}; by default the lab's own zones are served. */
  readonly zones?: Readonly<Record<string, string>>
  /** The host of the map. */
  readonly name?: 'ns1' | 'ns2'
  readonly env?: Readonly<Record<string, string>>
}

export class ServerProcess {
  readonly host: Host
  readonly spawned: Spawned

  private constructor(host: Host, spawned: Spawned) {
    this.host = host
    this.spawned = spawned
  }

  /** Starts it and waits until it listens. It ends with the test. */
  static async start(t: Test, { zones, name = 'ns1', env = {} }: ServerProcessOptions = {}): Promise<ServerProcess> {
    const host = hostNamed(networkMap(loopbackPrefix(), 'high'), name)
    const folder = zones && zoneFolder(t, zones)
    const spawned = new Spawned(t, [process.execPath, MAIN], {
      env: { ADDRESS: host.address, LAB_PORTS: 'high', ...(folder && { ZONES: folder }), ...env },
    })
    await spawned.says(/listening/)
    return new ServerProcess(host, spawned)
  }

  /** Sends datagrams in a row. @returns all answers, in order of arrival */
  async udp(...datagrams: readonly Uint8Array[]): Promise<Buffer[]> {
    const socket = createSocket('udp4')
    const answers: Buffer[] = []
    const last = queryOf('last.invalid.', 'A', { id: 0xffff })
    const answered = new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', octets => {
        if (octets.length >= 12 && octets.readUInt16BE(0) === 0xffff) resolve()
        else answers.push(octets)
      })
    })
    for (const octets of [...datagrams, last]) socket.send(octets, this.host.port, this.host.address)
    await answered
    socket.close()
    return answers
  }

  /** Asks one question. @throws when there is no response */
  async ask(query: Uint8Array): Promise<DnsMessage> {
    const [answer] = await this.udp(query)
    if (!answer) throw new Error('no response')
    return decodeMessage(answer)
  }

  /** Writes chunks to one connection, then closes that side. @returns the messages that came until the server closed too */
  async tcp(...chunks: readonly Uint8Array[]): Promise<Buffer[]> {
    const socket = connect({ port: this.host.port, host: this.host.address, allowHalfOpen: true })
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    const ended = once(socket, 'close')
    socket.on('end', () => socket.end())
    for (const chunk of chunks) if (!socket.write(chunk)) await once(socket, 'drain')
    socket.end()
    await ended
    return unframed(Buffer.concat(received))
  }

  /** Runs dig against it. @returns what dig printed */
  async dig(...args: readonly string[]): Promise<string> {
    const { address, port } = this.host
    const { stdout } = await promisify(execFile)('dig', [`@${address}`, '-p', String(port), '+tries=1', ...args])
    return stdout
  }
}

/** A message with its length before it (RFC 1035 §4.2.2). */
export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

function unframed(octets: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at + 2 <= octets.length; ) {
    const length = octets.readUInt16BE(at)
    messages.push(octets.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return messages
}

/** A folder of zone files, each named after its zone. */
export function zoneFolder(t: Test, zones: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'zones-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const [origin, file] of Object.entries(zones)) copyFileSync(join(FIXTURES, file), join(folder, `db.${origin}`))
  return folder
}

/** The same zones as values, for tests without a process. */
export function readZones(zones: Readonly<Record<string, string>>): Zone[] {
  return Object.values(zones).map(file => {
    const { zone, problems } = checkZoneFile(join(FIXTURES, file))
    if (!zone) throw new Error(problems.map(formatProblem).join('\n'))
    return zone
  })
}
