/**
 * The switches, on a running edge that gets requests.
 *
 * Read beside: switches.ts
 * Touches the world: an edge and backends on 127.0.0.1.
 */
import t from 'tap'
import type { LabEvent } from '#shared/events.ts'
import { httpBackend, type TestBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange } from '../testing/raw-client.ts'
import { switchesOf } from './switches.ts'

const backends = (): Promise<TestBackend[]> =>
  Promise.all([1, 2, 3].map(n => httpBackend(`backend${n}`, (_, response) => response.end('ok'))))

/** Which backends answered `count` requests, in order: `123123`. */
async function answering(port: number, count: number, fields = ''): Promise<string> {
  const request = `GET /x HTTP/1.1\r\nHost: a\r\n${fields}Connection: close\r\n\r\n`
  let names = ''
  for (let i = 0; i < count; i++)
    names += /X-Served-By: frontend1, backend(\d)/.exec(await exchange(port, request))?.[1] ?? '-'
  return names
}

t.test('POST /backends sets modes and weights while requests come in', async t => {
  const { edge, port } = await openEdge(t, await backends())
  const post = switchesOf(edge)['POST /backends']
  t.equal(await answering(port, 6), '123123')
  t.match(post?.({ backend: 'backend2', mode: 'drain' }), { name: 'backend2', state: 'DRAIN', mode: 'drain' })
  t.equal(await answering(port, 4), '1313')
  t.match(post?.({ backend: 'backend3', mode: 'maintenance' }), { state: 'MAINT' })
  t.equal(await answering(port, 3), '111')
  t.match(post?.({ backend: 'backend2', mode: 'ready' }), { state: 'UP' })
  t.match(post?.({ backend: 'backend1', weight: 2 }), { weight: 2, mode: 'ready' })
  const six = await answering(port, 6)
  t.equal(six.split('1').length - 1, 4, `twice as often: ${six}`)
  t.notMatch(six, /3/)
})

t.test('POST /balance makes sessions sticky, by a cookie', async t => {
  const { edge, port, events } = await openEdge(t, await backends())
  const seen: LabEvent[] = []
  t.teardown(events.watch(event => seen.push(event)))
  t.same(switchesOf(edge)['POST /balance']?.({ algorithm: 'sticky' }), { algorithm: 'sticky' })
  const first = await exchange(port, 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const [, cookie = ''] = /Set-Cookie: (lab_backend=backend\d); Path=\/; HttpOnly; SameSite=Lax/.exec(first) ?? []
  t.match(await answering(port, 5, `Cookie: ${cookie}\r\n`), new RegExp(`^${cookie.at(-1)}{5}$`))
  t.match(await answering(port, 3), /^(?:123|231|312)$/, 'without the cookie, by turns')
  t.ok(seen.some(({ kind }) => kind === 'edge.balance'))
  const reasons = seen.flatMap(event => (event.kind === 'edge.pick' ? (event.detail.reason ?? '') : []))
  t.match(reasons[1], /is the one that the browser's cookie names/)
})

t.test('the switches answer a faulty body with the reason, and change nothing', async t => {
  const { edge, cluster } = await openEdge(t, await backends())
  const routes = switchesOf(edge)
  const cases: [route: string, body: unknown, message: RegExp][] = [
    ['POST /balance', undefined, /a JSON object with some of: algorithm/],
    ['POST /balance', { algorithm: 'random' }, /one of round-robin, least-connections, sticky, not "random"/],
    ['POST /balance', { policy: 'sticky' }, /no member "policy"; its members are algorithm/],
    ['POST /backends', { backend: 'backend9', mode: 'drain' }, /one of backend1, backend2, backend3, not "backend9"/],
    ['POST /backends', { mode: 'drain' }, /"backend" must be one of/],
    ['POST /backends', { backend: 'backend1', mode: 'off' }, /one of ready, drain, maintenance, not "off"/],
    ['POST /backends', { backend: 'backend1', mode: 'drain', weight: 0 }, /a whole number from 1 to 100, not 0/],
    ['POST /backends', { backend: 'backend1', weight: '2' }, /not "2"/],
    ['POST /backends', ['backend1'], /must be a JSON object/],
  ]
  for (const [route, body, message] of cases) t.throws(() => routes[route]?.(body), { status: 400, message })
  t.same(
    cluster.backends.map(({ mode, weight }) => `${mode} ${weight}`),
    ['ready 1', 'ready 1', 'ready 1'],
  )
})
