/**
 * Floods: one client asks as fast as possible, never reads, never completes a message, or opens thousands of connections. Meanwhile
 * another client asks over UDP and TCP, and each of its questions must be answered.
 *
 * Each client has its own loopback address (127.x.y.200 attacks, .201 does not), because limits are per client.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { prefixOf } from '#shared/network-map.ts'
import { queryOf } from '../testing/ask.ts'
import { decodeMessage } from '../wire/message.ts'
import { SeededNumbers } from './testing/random.ts'
import { framed, ServerProcess } from './testing/server-process.ts'

const WWW = queryOf('www.meutrabalho.com.br.', 'A')
const MEMORY_LIMIT = 64 * 1024 * 1024

t.test('floods', async t => {
  const server = await ServerProcess.start(t, {
    zones: { 'meutrabalho.com.br': '../../zones/db.meutrabalho.com.br', 'limits.test': 'db.limits.test' },
  })
  const { address, port } = server.host
  const attacker = `${prefixOf(address)}.200`
  const open = async (t: Test, localAddress: string) => {
    const socket = connect({ host: address, port, localAddress, noDelay: true })
    socket.on('error', () => socket.destroy())
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  /** Runs the attack while an honest client asks; then holds memory against its limit. */
  const during = async (t: Test, attack: (client: HonestClient) => Promise<void>) => {
    const before = residentMemory(server)
    const client = await HonestClient.start(t, server)
    await attack(client)
    await client.hasAsked(10)
    t.comment(`${await client.stop()} questions of the other client were answered, over UDP and TCP in turn`)
    const grown = residentMemory(server) - before
    t.ok(grown < MEMORY_LIMIT, `memory grew by ${Math.round(grown / 1024 / 1024)} MB`)
    t.equal(server.spawned.process.exitCode, null)
  }

  t.test('40,000 questions for random names, as fast as possible', async t => {
    await during(t, async () => {
      const socket = createSocket('udp4').bind(0, attacker)
      await once(socket, 'listening')
      const random = new SeededNumbers(1)
      for (let i = 0; i < 40_000; i++) {
        const name = `${random.u32().toString(36)}.${random.u32().toString(36)}.meutrabalho.com.br.`
        socket.send(queryOf(name, 'A'), port, address)
        if (i % 50 === 0) await turn()
      }
      socket.close()
    })
  })

  t.test('clients that never read: 20 connections, each asking for 20 MB of responses', async t => {
    const queries = Buffer.concat(Array<Buffer>(1000).fill(framed(queryOf('huge.limits.test.', 'TXT'))))
    await during(t, async client => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => open(t, attacker)))
      for (const socket of sockets) {
        socket.pause()
        for (let i = 0; i < 12; i++) socket.write(queries)
      }
      await client.hasAsked(20)
      for (const socket of sockets) socket.destroy()
    })
  })

  t.test('clients that never complete a message: 300 connections, an octet now and then', async t => {
    await during(t, async () => {
      const sockets = await Promise.all(Array.from({ length: 300 }, () => open(t, attacker)))
      for (const octet of framed(WWW).subarray(0, 10)) {
        for (const socket of sockets) socket.write(Buffer.from([octet]))
        await pause(50)
      }
      for (const socket of sockets) socket.destroy()
    })
  })

  t.test('3,000 connections from one address close connections of that address only', async t => {
    const honest = await open(t, `${prefixOf(address)}.202`)
    await during(t, async () => {
      const sockets: Socket[] = []
      while (sockets.length < 3000) {
        sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => open(t, attacker)))))
      }
      // The last connections were accepted because the first ones were closed.
      t.equal(await answered(sockets.at(-1) as Socket), true)
      t.ok(sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length >= 1900)
      for (const socket of sockets) socket.destroy()
    })
    t.equal(await answered(honest), true, 'an older connection of the other client is still open')
  })
})

async function answered(socket: Socket): Promise<boolean> {
  socket.write(framed(WWW))
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return decodeMessage(chunk.subarray(2)).answer.length === 3
}

/** Asks every few milliseconds, over UDP and TCP alternately; a question that is not answered fails the test. */
class HonestClient {
  #running = true
  #asked = 0
  readonly #done: Promise<void>

  private constructor(t: Test, server: ServerProcess) {
    this.#done = this.#ask(t, server)
  }

  static async start(t: Test, server: ServerProcess): Promise<HonestClient> {
    return new HonestClient(t, server)
  }

  /** Resolves when so many questions have been answered. */
  async hasAsked(count: number): Promise<void> {
    while (this.#asked < count) await pause(5)
  }

  /** @returns how many questions were answered */
  async stop(): Promise<number> {
    this.#running = false
    await this.#done
    return this.#asked
  }

  async #ask(t: Test, server: ServerProcess): Promise<void> {
    while (this.#running) {
      const [answer] = this.#asked % 2 === 0 ? await this.#overUdp(server) : await server.tcp(framed(WWW))
      this.#asked++
      if (!answer || decodeMessage(answer).answer.length !== 3)
        t.fail('a question of the other client was not answered')
      await pause(5)
    }
  }

  /** A datagram may be lost where a kernel's buffer is full: the client asks again, as resolvers do. */
  async #overUdp(server: ServerProcess): Promise<Buffer[]> {
    const socket = createSocket('udp4')
    const message = once(socket, 'message') as Promise<[Buffer]>
    const again = setInterval(() => socket.send(WWW, server.host.port, server.host.address), 400)
    socket.send(WWW, server.host.port, server.host.address)
    const [answer] = await message
    clearInterval(again)
    socket.close()
    return [answer]
  }
}

/** Resident memory of the server process, in octets. */
function residentMemory(server: ServerProcess): number {
  const status = readFileSync(`/proc/${server.spawned.process.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}
