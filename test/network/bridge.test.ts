/**
 * The network of real hosts itself: what a client sees of each fault, before any test relies on it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { hostNamed } from '#shared/network-map.ts'
import { inNamespace } from '../testing/namespace.ts'
import { BRIDGE_MAP, buildBridge, within } from './bridge.ts'
import { breakHost, commandsFor, healHost, whyNoFaults } from './host-faults.ts'

t.test('commandsFor() drops packets in both directions, but none between a host and itself', async t => {
  t.strictSame(
    commandsFor({ kind: 'cut' }).map(words => words.join(' ')),
    ['iptables -w -A INPUT ! -i lo -j DROP', 'iptables -w -A OUTPUT ! -o lo -j DROP'],
  )
})

const backend = hostNamed(BRIDGE_MAP, 'backend1')
const edge = hostNamed(BRIDGE_MAP, 'frontend1')
const other = hostNamed(BRIDGE_MAP, 'frontend2')

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('each fault of a host, seen by its neighbours', async t => {
      buildBridge([backend, edge, other])
      await listen(t, backend)
      const seen = async () => {
        const [by1, by2] = await Promise.all([knock(edge.name), knock(other.name)])
        return { by1, by2 }
      }
      t.strictSame(await seen(), { by1: 'connected', by2: 'connected' })

      breakHost(backend.name, { kind: 'cut' })
      t.strictSame(await seen(), { by1: 'silence', by2: 'silence' })
      healHost(backend.name)

      breakHost(backend.name, { kind: 'refuse' })
      t.strictSame(await seen(), { by1: 'ECONNREFUSED', by2: 'ECONNREFUSED' })
      healHost(backend.name)

      breakHost(backend.name, { kind: 'parted', from: edge.address })
      t.strictSame(await seen(), { by1: 'silence', by2: 'connected' })
      healHost(backend.name)

      breakHost(backend.name, { kind: 'lossy', share: 1 })
      breakHost(backend.name, { kind: 'slow', kilobitsPerSecond: 256 })
      t.equal(await knock(edge.name), 'silence')
      healHost(backend.name)
      t.strictSame(await seen(), { by1: 'connected', by2: 'connected' }, 'nothing of a fault stays')
    })
  },
  whyNoFaults(),
  'none',
)

/** A server on a host, until the test ends. */
async function listen(t: Test, { name, address, port }: typeof backend): Promise<void> {
  const [program = '', ...args] = within(name)
  const script = `require('node:net').createServer().listen(${port}, '${address}', () => console.log('listening'))`
  const server = spawn(program, [...args, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => server.kill())
  await once(server.stdout, 'data')
}

/** What a client on that host sees within 1.5 seconds. */
async function knock(from: string): Promise<string> {
  const [program = '', ...args] = within(from)
  const script = `
    const socket = require('node:net').connect(${backend.port}, '${backend.address}')
    const say = word => { console.log(word); process.exit() }
    socket.on('connect', () => say('connected')).on('error', error => say(error.code))
    setTimeout(say, 1500, 'silence')`
  const client = spawn(program, [...args, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [word] = await once(client.stdout, 'data')
  return String(word).trim()
}
