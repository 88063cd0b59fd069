/**
 * The lab's DNS server for tests, as a separate process, with a zone file that the test edits as a student would.
 *
 * Read beside: dns-server/zones/, dns-server/zone/watch.ts (which notices the edits)
 * Touches the world: spawns a DNS server, writes zone files, opens backends at their addresses of the map.
 */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Test } from 'tap'
import { layZones } from '../../lab/zones.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { Spawned } from '../../test/testing/spawned.ts'

export const PREFIX = loopbackPrefix()
export const BACKENDS_NAME = 'backends.meutrabalho.com.br'
export const BACKENDS_PORT = 3000
/** ns1 with high ports. */
export const DNS_SERVER = `${PREFIX}.5:5300`

/** The repository's zones with this test's prefix, and a TTL of 1 s for the backends. */
export class EditedZone {
  readonly #t: Test
  readonly #folder: string
  readonly #file: string
  #server: Spawned | undefined

  constructor(t: Test) {
    this.#t = t
    this.#folder = t.testdir({})
    layZones(this.#folder, PREFIX)
    this.#file = join(this.#folder, 'db.meutrabalho.com.br')
    this.#edit(text => text.replaceAll(/^backends +5 IN/gm, 'backends 1 IN'))
  }

  /** Adds a record for a backend: 13 for `.13`. */
  add(octet: number): void {
    this.#edit(text => `${text}\nbackends 1 IN A ${PREFIX}.${octet}\n`)
  }

  remove(...octets: number[]): void {
    this.#edit(text =>
      octets.reduce(
        (left, octet) => left.replace(new RegExp(`^backends +1 IN +A +${PREFIX}\\.${octet}$`, 'm'), ''),
        text,
      ),
    )
  }

  #edit(change: (text: string) => string): void {
    const before = readFileSync(this.#file, 'utf8')
    const after = change(before)
    if (after === before) throw new Error('the zone file was not changed')
    writeFileSync(
      this.#file,
      after.replace(/\d{10}(?=\s+; serial)/, serial => String(Number(serial) + 1)),
    )
  }

  async serve(): Promise<void> {
    const env = { ADDRESS: `${PREFIX}.5`, LAB_PORTS: 'high', ZONES: this.#folder }
    this.#server = new Spawned(this.#t, [process.execPath, 'dns-server/main.ts'], { env })
    await this.#server.says(/ listening /)
  }

  /** Kills the DNS server, as if its machine lost power. */
  async kill(): Promise<void> {
    this.#server?.process.kill('SIGKILL')
    await this.#server?.ended
  }
}

/** A backend at its address of the map: `.10` is backend1. It answers with its name, or with what `listener` writes. */
export async function backendAt(t: Test, octet: number, listener?: RequestListener): Promise<void> {
  const name = `backend${octet - 9}`
  const server = createServer((message, response) => {
    if (message.url === '/healthz') response.end(JSON.stringify({ name }))
    else if (listener) listener(message, response)
    else response.setHeader('X-Backend', name).end(name)
  })
  server.listen(BACKENDS_PORT, `${PREFIX}.${octet}`)
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
}
