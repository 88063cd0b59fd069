/**
 * The program itself: it starts, answers, says what is wrong with its configuration, and stops.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { withPrefix } from '../lab/zones.ts'
import { loopbackPrefix } from '../test/support/loopback.ts'
import { Spawned } from '../test/support/spawned.ts'
import { queryOf } from './testing/zones.ts'
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

function start(t: Test, env: Record<string, string>): Spawned {
  return new Spawned(t, [process.execPath, 'dns-server/main.ts'], { env: { ADDRESS, LAB_PORTS: 'high', ...env } })
}

async function askUdp(name: string, type: string) {
  const socket = createSocket('udp4')
  try {
    socket.send(queryOf(name, type), 5300, ADDRESS)
    const [answer] = await once(socket, 'message')
    return decodeMessage(answer as Buffer)
  } finally {
    socket.close()
  }
}

t.test('it serves the zones of its folder, tells what it does, and stops when told to', async t => {
  const program = start(t, { ZONES: zonesFolder(t) })
  await program.says(/listening/)
  t.match(await askUdp('www.meutrabalho.com.br.', 'A'), {
    aa: true,
    answer: [{ ttl: 5, data: { address: `${PREFIX}.20` } }, {}, {}],
  })

  const status = await request(`http://${ADDRESS}:9100/status`)
  t.match(await status.body.json(), { name: 'ns1', zones: [{ origin: 'meutrabalho.com.br.' }] })

  const events = await request(`http://${ADDRESS}:9100/events`)
  const lines: string[] = []
  const told = (async () => {
    for await (const chunk of events.body) {
      lines.push(String(chunk))
      if (lines.join('').includes('data: ')) return
    }
  })()
  await askUdp('www.meutrabalho.com.br.', 'A')
  await told
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

t.test('a zone that does not parse: exit code 1, with file, line and column', async t => {
  const folder = zonesFolder(t, undefined, text => `${text}www A 127.0.0.256\n`)
  const program = start(t, { ZONES: folder })
  t.equal((await program.ended).code, 1)
  t.match(program.output, /db\.meutrabalho\.com\.br:\d+:7: error: address: .*127\.0\.0\.256.* is no IPv4 address/)
  t.notMatch(program.output, /at .*\.ts:\d+/, 'no stack trace')
})

t.test('a folder without zones, an address that is not ours, a port in use: one sentence and exit code 1', async t => {
  const empty = mkdtempSync(join(tmpdir(), 'dns-'))
  t.teardown(() => rmSync(empty, { recursive: true }))
  const none = start(t, { ZONES: empty })
  t.equal((await none.ended).code, 1)
  t.match(none.output, /ZONES=.*a folder with at least one zone file/)

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
