/**
 * Two threads that answer on one address: what clients see is one server, with one round robin for each RRset.
 *
 * Clients use many source ports, because the kernel divides the queries by sender: each test shows that both threads have answered.
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { queryOf } from '../testing/ask.ts'
import { TcpClient } from '../testing/sockets.ts'
import { OPTION } from '../wire/edns.ts'
import { type DnsMessage, decodeMessage } from '../wire/message.ts'
import { Forwarder } from './forwarder.ts'
import { SHARED, WAITING_LIMIT } from './messages.ts'
import { SharedTurns } from './shared-turns.ts'
import { Workers } from './workers.ts'

const PREFIX = loopbackPrefix()
const ADDRESS = `${PREFIX}.5`
const PORT = 5300
const CLIENTS = 32
const ORIGIN = 'z.test'

/** Three RRsets of different sizes; `version` is the serial, and the text of `v`. */
const zoneText = (version: number) => `$TTL 5
@ SOA ns hostmaster ${version} 60 15 86400 30
@ NS ns
ns A 192.0.2.5
v TXT "${version}"
www A ${PREFIX}.20
www A ${PREFIX}.21
www A ${PREFIX}.22
two A 192.0.2.1
two A 192.0.2.2
five AAAA 2001:db8::1
five AAAA 2001:db8::2
five AAAA 2001:db8::3
five AAAA 2001:db8::4
five AAAA 2001:db8::5
`

/** Replaces the file in one step, so that it is never read half-written. */
function writeZone(folder: string, version: number): void {
  writeFileSync(join(folder, 'new'), zoneText(version))
  renameSync(join(folder, 'new'), join(folder, `db.${ORIGIN}`))
}

async function start(t: Test, env: Record<string, string> = {}) {
  const zones = mkdtempSync(join(tmpdir(), 'dns-workers-'))
  t.teardown(() => rmSync(zones, { recursive: true }))
  writeZone(zones, 1)
  const own = { ADDRESS, LAB_PORTS: 'high', HEALTH: '0', WORKERS: '2', LAB_FAULTS: '1', ZONES: zones }
  const program = new Spawned(t, [process.execPath, 'dns-server/main.ts'], { env: { ...own, ...env } })
  await program.says(/listening/)
  return { program, zones }
}

/** Resolvers, each with a socket of its own. */
async function resolvers(t: Test, count = CLIENTS): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => createSocket('udp4'))
  t.teardown(() => {
    for (const socket of sockets) socket.close()
  })
  // Connected, so that a closed port is reported (ICMP).
  for (const socket of sockets) socket.connect(PORT, ADDRESS)
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  return sockets
}

async function exchange(socket: Socket, query: Buffer): Promise<DnsMessage> {
  const answered = once(socket, 'message')
  socket.send(query)
  const [answer] = await answered
  return decodeMessage(answer as Buffer)
}

/** Every resolver sends the query so many times, each after its last answer. @returns all answers */
async function askAll(sockets: readonly Socket[], times: number, query: Buffer): Promise<DnsMessage[]> {
  const each = sockets.map(async socket => {
    const answers: DnsMessage[] = []
    for (let i = 0; i < times; i++) answers.push(await exchange(socket, query))
    return answers
  })
  return (await Promise.all(each)).flat()
}

/** How often each address was first. */
function firsts(answers: readonly DnsMessage[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { answer } of answers) {
    const first = String(answer[0]?.data.address)
    counts[first] = (counts[first] ?? 0) + 1
  }
  return counts
}

interface DnsStatus {
  readonly answeredByThread: readonly [number, number]
  readonly fastPath: { readonly on: boolean }
}

async function status(): Promise<DnsStatus> {
  return (await (await request(`http://${ADDRESS}:9100/status`)).body.json()) as DnsStatus
}

/** The queries that each thread answered during some work. */
async function answeredDuring(work: () => Promise<unknown>): Promise<readonly [number, number]> {
  const before = (await status()).answeredByThread
  await work()
  const after = (await status()).answeredByThread
  return [after[0] - before[0], after[1] - before[1]]
}

async function post(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const options = { method: 'POST', headers, body: JSON.stringify(body) } as const
  const { statusCode, body: answer } = await request(`http://${ADDRESS}:9100${path}`, options)
  const text = await answer.text()
  if (statusCode !== 200) throw new Error(text)
}

/** Both threads answer from the table: until it is made, the worker forwards all queries. */
async function bothAnswer(sockets: readonly Socket[]): Promise<void> {
  for (;;) {
    const [main, worker] = await answeredDuring(() => askAll(sockets, 1, queryOf(`v.${ORIGIN}`, 'TXT')))
    if (main > 0 && worker > 0) return
  }
}

const WWW = queryOf(`www.${ORIGIN}`, 'A')

t.test('WORKERS=2: one server', async t => {
  const { zones, program } = await start(t)
  const clients = await resolvers(t)
  await bothAnswer(clients)

  t.test('the round robin of each RRset is strict, whichever thread answers', async t => {
    const [main, worker] = await answeredDuring(async () => {
      const [www, two, five] = await Promise.all([
        askAll(clients.slice(0, 12), 30, WWW),
        askAll(clients.slice(12, 22), 30, queryOf(`two.${ORIGIN}`, 'A')),
        askAll(clients.slice(22), 30, queryOf(`five.${ORIGIN}`, 'AAAA')),
      ])
      t.strictSame(firsts(www), { [`${PREFIX}.20`]: 120, [`${PREFIX}.21`]: 120, [`${PREFIX}.22`]: 120 })
      t.strictSame(firsts(two), { '192.0.2.1': 150, '192.0.2.2': 150 })
      t.strictSame(firsts(five), Object.fromEntries([1, 2, 3, 4, 5].map(last => [`2001:db8::${last}`, 60])))
    })
    t.ok(main > 0 && worker > 0, `the main thread answered ${main}, the worker ${worker}`)
    t.equal(main + worker, 960)
  })

  t.test('TCP and queries with options, which the main thread answers, use the same turns', async t => {
    const cookie = queryOf(`www.${ORIGIN}`, 'A', {
      edns: { options: [{ code: OPTION.COOKIE, data: Buffer.alloc(8) }] },
    })
    const tcp = async () => {
      const answers: DnsMessage[] = []
      const connection = new TcpClient(t, PORT, ADDRESS)
      for (let i = 0; i < 60; i++) {
        connection.send(WWW)
        answers.push(decodeMessage((await connection.receive()) ?? Buffer.alloc(0)))
      }
      return answers
    }
    const all = await Promise.all([askAll(clients.slice(0, 16), 15, WWW), askAll(clients.slice(16), 15, cookie), tcp()])
    t.strictSame(Object.values(firsts(all.flat())), [180, 180, 180])
    t.ok(
      all[1]?.every(({ edns }) => edns?.options[0]?.data.length === 24),
      'every cookie got its server part',
    )
  })

  t.test(
    'a zone is changed while queries are answered: no client goes back to the old zone, and no turn is lost',
    async t => {
      const versions = 3
      const version = queryOf(`v.${ORIGIN}`, 'TXT')
      let reached = 1
      const seen = await Promise.all(
        clients.slice(0, 16).map(async socket => {
          const texts: number[] = []
          while ((texts.at(-1) ?? 0) < versions) {
            const { answer } = await exchange(socket, version)
            texts.push(Number((answer[0]?.data.strings as readonly string[] | undefined)?.[0]))
            // The next version is written when this one has been seen.
            if (texts.at(-1) === reached && reached < versions) writeZone(zones, ++reached)
          }
          return texts
        }),
      )
      for (const texts of seen)
        t.strictSame(
          texts,
          texts.toSorted((a, b) => a - b),
          'in order',
        )
      const first = firsts(await askAll(clients.slice(0, 15), 10, WWW))
      t.strictSame(Object.values(first), [50, 50, 50], 'the turns continue')
      await bothAnswer(clients)
    },
  )

  t.test('GET /events: every query is published while it is open', async t => {
    const events = await request(`http://${ADDRESS}:9100/events?kind=dns.query`)
    await once(events.body, 'data')
    let text = ''
    events.body.on('data', chunk => {
      text += chunk
    })
    await askAll(clients, 3, WWW)
    while ((text.match(/^event: dns\.query$/gm) ?? []).length < 3 * CLIENTS) await once(events.body, 'data')
    t.equal(text.match(/^event: dns\.query$/gm)?.length, 3 * CLIENTS)
    const [, worker] = (await answeredDuring(() => askAll(clients, 1, WWW))) as [number, number]
    t.equal(worker, 0)
    events.body.destroy()
    await bothAnswer(clients)
  })

  t.test('the order is switched for all threads together', async t => {
    await post('/order', { policy: 'fixed' })
    t.strictSame(firsts(await askAll(clients, 2, WWW)), { [`${PREFIX}.20`]: 2 * CLIENTS })
    await post('/order', { policy: 'cyclic' })
    t.equal(Object.keys(firsts(await askAll(clients, 3, WWW))).length, 3)
  })

  t.test('a fault affects the queries of every client; refuse closes the sockets of all threads', async t => {
    await post('/faults', { kind: 'error', name: `www.${ORIGIN}` })
    const rcodes = (await askAll(clients, 1, WWW)).map(({ rcode }) => rcode)
    t.strictSame(new Set(rcodes), new Set([2]))
    await post('/faults', { kind: 'none' })
    await post('/faults', { kind: 'refuse' })
    const refused = await Promise.all(
      clients.map(async socket => {
        const failed = once(socket, 'error')
        socket.send(WWW, () => {})
        return ((await failed)[0] as NodeJS.ErrnoException).code
      }),
    )
    t.strictSame(new Set(refused), new Set(['ECONNREFUSED']))
    await post('/faults', { kind: 'none' })
    await bothAnswer(await resolvers(t))
  })

  t.test('metrics are the sums of all threads', async t => {
    const count = async () => {
      const metrics = await (await request(`http://${ADDRESS}:9100/metrics`)).body.text()
      return Number(/^dns_queries_total\{type="MX",transport="udp"\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
    }
    const fresh = await resolvers(t)
    const [main, worker] = await answeredDuring(() => askAll(fresh, 4, queryOf(`two.${ORIGIN}`, 'MX')))
    t.ok(main > 0 && worker > 0)
    t.equal(await count(), 4 * CLIENTS)
  })

  t.test('a second server at the same address does not start: the TCP port is not shared', async t => {
    const second = new Spawned(t, [process.execPath, 'dns-server/main.ts'], {
      env: { ADDRESS, LAB_PORTS: 'high', WORKERS: '2', ZONES: zones },
    })
    t.equal((await second.ended).code, 1)
    t.match(second.output, /EADDRINUSE/)
  })

  t.test('a signal stops all threads', async t => {
    program.process.kill('SIGTERM')
    t.strictSame(await program.ended, { code: 0, signal: null })
  })
})

t.test('WORKERS=2: the address of a dead frontend is left out by every thread', async t => {
  const machines = [20, 21, 22].map(octet => {
    const server = createServer((_, response) => response.end('ok')).listen(8080, `${PREFIX}.${octet}`)
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    return server
  })
  const { program } = await start(t, { HEALTH: '1', CHECK_INTERVAL: '100', CHECK_TIMEOUT: '60000' })
  const clients = await resolvers(t)
  await bothAnswer(clients)
  machines[1]?.closeAllConnections()
  machines[1]?.close()
  await program.says(/frontend is down name=frontend2/)
  t.strictSame(firsts(await askAll(clients, 3, WWW)), { [`${PREFIX}.20`]: 48, [`${PREFIX}.22`]: 48 })
})

t.test('Workers: a worker that fails is reported, with the reason', async t => {
  const taken = createSocket('udp4').bind(PORT, ADDRESS)
  t.teardown(() => taken.close())
  await once(taken, 'listening')
  process.env.ADDRESS = ADDRESS
  const workers = new Workers(1)
  t.teardown(() => workers.close())
  const failed = Promise.withResolvers<Error>()
  void workers.open(ADDRESS, PORT, { received() {}, failed: failed.resolve })
  t.match(await failed.promise, { message: /^worker 2 failed: bind EADDRINUSE/ })
})

t.test('SharedTurn.move() changes nothing when another thread was faster', async t => {
  const turns = new SharedTurns()
  const all = Array.from({ length: 5000 }, turns.add)
  const elsewhere = new SharedTurns(turns.memory)
  for (const number of [0, 4095, 4096, 4999]) {
    const [here, there] = [all[number], elsewhere.at(number)]
    t.ok(here?.move(0, 1))
    t.equal(there.next, 1, 'the same memory')
    t.notOk(there.move(0, 2), 'it was 1')
    t.equal(here?.next, 1)
  }
  t.equal(all.filter(({ next }) => next !== 0).length, 4, 'no two turns share a place')
})

t.test('Forwarder.forward() posts the queries of a turn together, and drops queries when too many wait', async t => {
  const shared = new Int32Array(SHARED.LENGTH)
  const posted: number[] = []
  const forwarder = new Forwarder(shared, queries => posted.push(queries.length))
  const sender = { address: '192.0.2.1', port: 4242 }
  const accepted = Array.from({ length: WAITING_LIMIT + 3 }, () => forwarder.forward(WWW, sender))
  t.equal(accepted.filter(Boolean).length, WAITING_LIMIT)
  await new Promise(resolve => setImmediate(resolve))
  t.strictSame(posted, [WAITING_LIMIT])
  Atomics.sub(shared, SHARED.WAITING, 1)
  t.ok(forwarder.forward(WWW, sender))
})
