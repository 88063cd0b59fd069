import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { resetAfter } from './reset-after.ts'

t.test('resetAfter() sends the first octets of what is written, then a reset (RFC 9293 §3.5.2)', async t => {
  const rows: [octets: number, writes: string[], received: string][] = [
    [0, ['abcdef'], ''],
    [4, ['abcdef'], 'abcd'],
    [6, ['abcdef'], 'abcdef'],
    [5, ['abc', 'def', 'ghi'], 'abcde'],
  ]
  for (const [octets, writes, received] of rows) {
    const server = createServer().listen(0, '127.0.0.1')
    t.teardown(() => server.close())
    await once(server, 'listening')
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    let text = ''
    client.setEncoding('latin1').on('data', piece => {
      text += piece
    })
    const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown]
    const failed = once(client, 'error')
    resetAfter(socket, octets)
    if (!socket.destroyed) for (const write of writes) socket.write(write, 'latin1')
    if (!socket.destroyed) socket.end()
    t.match(await failed, [{ code: 'ECONNRESET' }], `${octets}`)
    t.equal(text, received)
  }
})

t.test('resetAfter() lets a shorter response through', async t => {
  const server = createServer(socket => {
    resetAfter(socket, 100)
    socket.end('short')
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1')
  const [piece] = await once(client, 'data')
  t.equal(piece, 'short')
  await once(client, 'end')
})
