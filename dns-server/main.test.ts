/**
 * The program itself: it starts, answers, explains errors in its configuration, and stops.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { withPrefix } from '../lab/zones.ts'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { type QueryOptions, queryOf } from './testing/ask.ts'
import { RCODE } from './wire/codes.ts'
import { OPTION } from './wire/edns.ts'
import { decodeMessage } from './wire/message.ts'

const PREFIX = loopbackPrefix()
const ADDRESS = `${PREFIX}.5`

function zonesFolder(t: Test, name = 'db.meutrabalho.com.br', edit = (text: string) => text): string {
  const folder = mkdtempSync(join(tmpdir(), 'dns-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  mkdirSync(folder, { recursive: true })
  const text = readFileSync('dns-server/zones/db.meutrabalho.com.br', 'utf8')
  writeFileSync(join(folder, name), edit(withPrefix(text, PREFIX)))
  return folder
}

/** Health checks are off unless a test is about them: there are no frontends here. */
function start(t: Test, env: Record<string, string>): Spawned {
  const own = { ADDRESS, LAB_PORTS: 'high', HEALTH: '0' }
  return new Spawned(t, [process.execPath, 'dns-server/main.ts'], { env: { ...own, ...env } })
}

async function askUdp(name: string, type: string, options: QueryOptions = {}, address = ADDRESS) {
  const socket = createSocket('udp4')
  try {
    socket.send(queryOf(name, type, options), 5300, address)
    const [answer] = await once(socket, 'message')
    return decodeMessage(answer as Buffer)
  } finally {
    socket.close()
  }
}

t.test('it serves the zones of its folder, reports status and metrics, and stops on a signal', async t => {
  const program = start(t, { ZONES: zonesFolder(t) })
  await program.says(/listening/)
  t.match(await askUdp('www.meutrabalho.com.br.', 'A'), {
    aa: true,
    answer: [{ ttl: 5, data: { address: `${PREFIX}.20` } }, {}, {}],
  })

  const status = await request(`http://${ADDRESS}:9100/status`)
  t.match(await status.body.json(), { name: 'ns1', zones: [{ origin: 'meutrabalho.com.br.' }], fastPath: { on: true } })

  const events = await request(`http://${ADDRESS}:9100/events`)
  const lines: string[] = []
  const received = (async () => {
    for await (const chunk of events.body) {
      lines.push(String(chunk))
      if (lines.join('').includes('data: ')) return
    }
  })()
  const watched = await request(`http://${ADDRESS}:9100/status`)
  t.match(await watched.body.json(), { fastPath: { on: false, why: /GET \/events is open/ } })
  await askUdp('www.meutrabalho.com.br.', 'A')
  await received
  const [, data = ''] = /^data: (.*)$/m.exec(lines.join('')) ?? []
  const { kind, detail } = JSON.parse(data)
  t.equal(kind, 'dns.query')
  t.match(detail, { transport: 'udp', name: 'www.meutrabalho.com.br.', type: 'A', rcode: 'NOERROR' })
  t.match(detail.order, [
    { policy: 'cyclic', records: [`${PREFIX}.21`, `${PREFIX}.22`, `${PREFIX}.20`], why: 'turn 1 of 3' },
  ])
  t.equal(decodeMessage(Buffer.from(detail.answer, 'hex')).answer.length, 3, 'the octets are the answer')

  program.process.kill('SIGTERM')
  t.strictSame(await program.ended, { code: 0, signal: null })
})

async function post(path: string, body: unknown, address = ADDRESS) {
  const headers = { 'content-type': 'application/json' }
  const { statusCode, body: answer } = await request(`http://${address}:9100${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { statusCode, answer: await answer.json() }
}

const WWW = 'www.meutrabalho.com.br.'
const addresses = async (address = ADDRESS) =>
  (await askUdp(WWW, 'A', {}, address)).answer.map(({ data }) => String(data.address).replace(/.*\./, '')).join(' ')

t.test('the order can be switched in a running server', async t => {
  const program = start(t, { ZONES: zonesFolder(t) })
  await program.says(/listening/)
  t.strictSame([await addresses(), await addresses()], ['20 21 22', '21 22 20'])
  t.match(await post('/order', { policy: 'fixed' }), { statusCode: 200, answer: { policy: 'fixed' } })
  t.strictSame([await addresses(), await addresses()], ['20 21 22', '20 21 22'])
  await program.says(/switched what=order policy=fixed/)
  t.match(await post('/order', { policy: 'alphabetic' }), {
    statusCode: 400,
    answer: { detail: /one of cyclic, random/ },
  })
  t.match(await post('/querylog', { enabled: true }), { statusCode: 200 })
  await addresses()
  await program.says(/query client=.* transport=udp name=www\.meutrabalho\.com\.br\. class=IN type=A rcode=NOERROR/)
  const metrics = await (await request(`http://${ADDRESS}:9100/metrics`)).body.text()
  t.match(metrics, 'dns_queries_total{type="A",transport="udp"} 5')
})

t.test('a frontend that dies is left out, and is sent when health is switched off', async t => {
  const machine = (octet: number) => {
    const server = createServer((_, response) => response.end('ok'))
    server.listen(8080, `${PREFIX}.${octet}`)
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    return server
  }
  const [, second] = [20, 21, 22].map(machine)
  const program = start(t, { ZONES: zonesFolder(t), HEALTH: '1' })
  await program.says(/listening/)
  t.equal((await addresses()).split(' ').length, 3)
  second?.closeAllConnections()
  second?.close()
  await program.says(/frontend is down name=frontend2/)
  t.strictSame([await addresses(), await addresses()].sort(), ['20 22', '22 20'], 'the two that are left take turns')
  t.match(await post('/health', { enabled: false }), { statusCode: 200, answer: { enabled: false } })
  t.equal((await addresses()).split(' ').length, 3, 'plain round robin sends people to the dead machine')
  await post('/health', { enabled: true })
  t.equal((await addresses()).split(' ').length, 2)
  machine(21)
  await program.says(/frontend is up name=frontend2/)
  t.equal((await addresses()).split(' ').length, 3)
})

t.test('ns2 copies from ns1, also after an edit, and still answers when ns1 is off', async t => {
  const folder = zonesFolder(t)
  const secondary = `${PREFIX}.6`
  const ns2 = start(t, { ZONES: folder, ADDRESS: secondary })
  await ns2.says(/listening name=ns2/)
  const ns1 = start(t, { ZONES: folder })
  await ns2.says(/zone transferred origin=meutrabalho\.com\.br\./)
  const nsid = { edns: { options: [{ code: OPTION.NSID, data: Buffer.alloc(0) }] } }
  for (const [address, name] of [
    [ADDRESS, 'ns1'],
    [secondary, 'ns2'],
  ] as const) {
    const answer = await askUdp(WWW, 'A', nsid, address)
    t.match(answer, { aa: true, answer: { length: 3 } })
    t.equal(String(answer.edns?.options[0]?.data), name, 'NSID names the server')
  }

  const file = join(folder, 'db.meutrabalho.com.br')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/\b20\d{8}\b/, '2099010101').concat('novo IN A 192.0.2.9\n'))
  await ns2.says(/zone transferred .*serial=2099010101/)
  t.match(await askUdp('novo.meutrabalho.com.br.', 'A', {}, secondary), {
    aa: true,
    answer: [{ data: { address: '192.0.2.9' } }],
  })

  writeFileSync(file, `${text}novo IN A 192.0.2.999\n`)
  await ns1.says(/db\.meutrabalho\.com\.br:\d+:11: error: address: .*192\.0\.2\.999/)
  t.match(
    await askUdp('novo.meutrabalho.com.br.', 'A'),
    { answer: [{ data: { address: '192.0.2.9' } }] },
    'the old zone stays',
  )

  ns1.process.kill('SIGKILL')
  await ns1.ended
  t.match(await askUdp(WWW, 'A', {}, secondary), { aa: true, answer: { length: 3 } })
})

t.test('a zone file with an error at the start: SERVFAIL for that zone, the other zones are served', async t => {
  const folder = zonesFolder(t)
  writeFileSync(join(folder, 'db.bad.example'), '$TTL 9\n@ SOA ns host 1 60 15 86400 30\n@ NS ns\nns A 127.0.0.256\n')
  const program = start(t, { ZONES: folder })
  await program.says(/listening/)
  t.match(
    program.output,
    /error dns-server .*db\.bad\.example:4:6: error: address: .*127\.0\.0\.256.* is not an IPv4 address/,
  )
  t.match(await askUdp(WWW, 'A'), { rcode: 0, answer: { length: 3 } })
  t.match(await askUdp('www.bad.example.', 'A'), { rcode: RCODE.SERVFAIL })
})

t.test('a folder without zones, an address of another role, a port in use: one sentence and exit code 1', async t => {
  const empty = mkdtempSync(join(tmpdir(), 'dns-'))
  t.teardown(() => rmSync(empty, { recursive: true }))
  const none = start(t, { ZONES: empty })
  t.equal((await none.ended).code, 1)
  t.match(none.output, /ZONES=.*at least one zone file/)

  const wrong = start(t, { ADDRESS: `${PREFIX}.20` })
  t.equal((await wrong.ended).code, 1)
  t.match(wrong.output, /ADDRESS=.*an address of a dns on the map is needed/)

  const socket = createSocket('udp4')
  socket.bind(5300, ADDRESS)
  await once(socket, 'listening')
  t.teardown(() => void socket.close())
  const taken = start(t, { ZONES: zonesFolder(t) })
  t.equal((await taken.ended).code, 1)
  t.match(taken.output, /EADDRINUSE/)
})
