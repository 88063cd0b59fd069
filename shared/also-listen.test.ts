import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { alsoListen } from './also-listen.ts'
import { createLog } from './log.ts'

function life() {
  const notices: string[] = []
  return { notices, tell: (line: string) => void notices.push(line), log: createLog('edge', new PassThrough()) }
}

t.test('alsoListen() opens the second place', async t => {
  const { notices, ...rest } = life()
  const asked: unknown[] = []
  const listen = async (...place: unknown[]) => asked.push(place)
  t.strictSame(await alsoListen({ address: '127.0.0.1', port: 8081 }, rest, listen), ['127.0.0.1:8081'])
  t.strictSame(await alsoListen(undefined, rest, listen), [])
  t.strictSame(asked, [['127.0.0.1', 8081]])
  t.strictSame(notices, [])
})

t.test('alsoListen() goes on without a place that is in use, and reports it', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  t.teardown(() => holder.close())
  const { port } = holder.address() as AddressInfo
  const { notices, ...rest } = life()
  const listen = (address: string, port: number) => once(createServer().listen(port, address), 'listening')
  t.strictSame(await alsoListen({ address: '127.0.0.1', port }, rest, listen), [])
  t.match(notices, [`127.0.0.1:${port} já está em uso; este servidor fica sem esse endereço · is in use`])
})
