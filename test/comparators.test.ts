/**
 * The same lab on libraries: `npm start -- --dns=dns2 --edge=http-proxy`. It does the ordinary things; what it does not do is
 * in docs/decisions.md and in the conformance tables.
 */
import t from 'tap'
import { hostsOf } from '#shared/network-map.ts'
import { Client } from './testing/client.ts'
import { forget, startLab } from './testing/lab.ts'

const lab = await startLab({ args: ['--dns=dns2', '--edge=http-proxy'] })
const client = new Client(lab.map)
t.teardown(async () => {
  await client.close()
  await lab.stop()
  forget(lab.folder)
})

t.test('the launcher says what ends these programs', async t => {
  t.ok(lab.output.some(line => line.includes('datagram from port 0')))
  t.ok(lab.output.some(line => line.includes('Trailer')))
})

t.test('dns2 gives the frontends in turn', async t => {
  const addresses = hostsOf(lab.map, 'frontend').map(host => host.address)
  const [first = [], second = []] = [await client.resolve(), await client.resolve()]
  t.strictSame(first.toSorted(), addresses)
  t.strictSame(second, [...first.slice(1), first[0]])
})

t.test('http-proxy carries a login from edge to edge', async t => {
  const login = await client.ask('/login', {
    method: 'POST',
    edge: 'frontend1',
    json: { username: 'bruno', password: 'bruno-no-laboratorio' },
  })
  t.equal(login.status, 200, login.body)
  const backends = new Set<string | undefined>()
  for (const edge of ['frontend1', 'frontend2', 'frontend3', 'frontend1', 'frontend1', 'frontend1']) {
    const answer = await client.ask('/perfil', { edge })
    t.match(answer.json(), { user: { username: 'bruno' } })
    t.equal(answer.frontend, edge)
    backends.add(answer.backend)
  }
  t.equal(backends.size, 3)
  t.match((await client.ask('/')).body, '<!doctype html>')
})
