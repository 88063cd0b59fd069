import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { prefix } from '../testing/servers.ts'
import { closeGently } from './drain.ts'

const PORT = 3000
const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

async function open(t: Test, address: string) {
  const server = createServer((_, response) => response.end('ok')).listen(PORT, address)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return server
}

/** A request on a connection of its own. @returns its status, or why there is none */
async function ask(address: string): Promise<string> {
  const socket = connect(PORT, address).setEncoding('latin1')
  let answer = ''
  socket.on('data', text => (answer += text)).end(GET)
  return once(socket, 'close').then(
    () => answer.slice(9, 12),
    (error: NodeJS.ErrnoException) => error.code ?? '',
  )
}

t.test('closeGently() accepts connections as long as new ones arrive, even if each is short', async t => {
  const address = `${prefix}.13`
  const server = await open(t, address)
  const closed = closeGently(server, { grace: 60_000, patience: 1_000 })
  const answers = new Set<string>()
  // An edge that has not noticed the drain yet: a request every few milliseconds, each answered in one.
  for (let i = 0; i < 40; i++) {
    answers.add(await ask(address))
    await pause(15)
  }
  t.strictSame([...answers], ['200'])
  await closed
  t.equal(await ask(address), 'ECONNREFUSED')
})

t.test('closeGently() closes after the grace period, even if connections still arrive', async t => {
  const address = `${prefix}.14`
  const server = await open(t, address)
  let closed = false
  const closing = closeGently(server, { grace: 100, patience: 1_000 }).then(() => {
    closed = true
  })
  while (!closed) await ask(address)
  await closing
  t.equal(await ask(address), 'ECONNREFUSED')
})
