/**
 * BIND and NSD on the same zone files, as private processes in a folder that is deleted after the test.
 *
 * Only inside the network namespace of test/testing/namespace.ts: BIND listens only on addresses of an interface, and
 * the configuration of both has the addresses of the map.
 *
 * Touches the world: spawns named and nsd.
 */
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { Spawned } from '../../../test/testing/spawned.ts'
import { queryOf } from '../../testing/ask.ts'
import { zoneFolder } from './server-process.ts'

const PEERS = join(import.meta.dirname, '..', 'peers')
/** Debian has servers in /usr/sbin, which is not in every PATH. */
const PATH = `${process.env.PATH}:/usr/sbin`

/** The zones of named.conf and nsd.conf, by origin; files relative to conformance/zones. */
export const ZONES: Readonly<Record<string, string>> = {
  'meutrabalho.com.br': '../../zones/db.meutrabalho.com.br',
  '0.20.172.in-addr.arpa': '../../zones/db.0.20.172.in-addr.arpa',
  example: 'db.example',
  edu: 'db.edu',
  'isi.edu': 'db.isi.edu',
  'negative.test': 'db.negative.test',
  'below.test': 'db.below.test',
  'limits.test': 'db.limits.test',
  'types.test': 'db.types.test',
}

export function missing(...programs: readonly string[]): string | undefined {
  const absent = programs.filter(program => spawnSync('which', [program], { env: { PATH } }).status !== 0)
  return absent.length > 0 ? `not installed: ${absent.join(', ')}` : undefined
}

export async function startBind(t: Test): Promise<PeerClient> {
  const folder = zoneFolder(t, ZONES)
  copyFileSync(join(PEERS, 'named.conf'), join(folder, 'named.conf'))
  const named = new Spawned(t, ['named', '-g', '-c', 'named.conf', '-n', '1'], { cwd: folder, env: { PATH } })
  await named.says(/ running$/m)
  return new PeerClient('172.20.0.6')
}

export async function startNsd(t: Test): Promise<PeerClient> {
  const folder = zoneFolder(t, ZONES)
  copyFileSync(join(PEERS, 'nsd.conf'), join(folder, 'nsd.conf'))
  const nsd = new Spawned(t, ['nsd', '-d', '-c', join(folder, 'nsd.conf')], { cwd: folder, env: { PATH } })
  await nsd.says(/nsd started/)
  return new PeerClient('172.20.0.2')
}

/** Asks one server, one question at a time. */
export class PeerClient {
  readonly #address: string
  readonly #port: number

  constructor(address: string, port = 53) {
    this.#address = address
    this.#port = port
  }

  /** @returns the response, or nothing when a plain query that was sent after it is answered first */
  async ask(query: Uint8Array): Promise<Buffer | undefined> {
    const socket = createSocket('udp4')
    socket.connect(this.#port, this.#address)
    await once(socket, 'connect')
    const behind = queryOf('behind.invalid.', 'A', { id: 0xffff })
    socket.send(query)
    socket.send(behind)
    let answer: Buffer | undefined
    for (;;) {
      const [octets] = (await once(socket, 'message')) as [Buffer]
      if (octets.readUInt16BE(0) === 0xffff) break
      answer = octets
    }
    socket.close()
    return answer
  }
}
