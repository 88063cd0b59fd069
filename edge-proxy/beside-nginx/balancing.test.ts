/**
 * Which backend is picked, by this edge and by nginx.
 *
 * Read beside: nginx.conf, side-by-side.ts, docs/in-bind-nginx-express.md
 * Touches the world: nginx, edges and backends on loopback addresses that only this test uses.
 */

import type { RequestListener } from 'node:http'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { until } from '../../test/testing/until.ts'
import { Discovery } from '../discovery/discovery.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { BACKENDS_NAME, BACKENDS_PORT, backendAt, DNS_SERVER, EditedZone, PREFIX } from '../testing/zone.ts'
import { besideNginx, LETTERS, namedBackends, requestsTo, type SendRequest, sequence, skip } from './side-by-side.ts'

t.test('weighted round robin: the same order, turn by turn', { skip }, async t => {
  const backends = await namedBackends()
  const weighted = backends.map((backend, index) => ({ ...backend, weight: [5, 1, 1][index] as number }))
  const { port } = await openEdge(t, weighted)
  const nginx = await besideNginx(t, { backends, weighted })
  t.equal(await sequence(requestsTo(port), '/weighted', 14), 'aabacaaaabacaa')
  t.equal(await sequence(nginx, '/weighted', 14), 'aabacaaaabacaa')
})

t.test('least connections: a busy backend gets no request, the others take turns', { skip }, async t => {
  const waiting: (() => void)[] = []
  const hold =
    (name: string): RequestListener =>
    (message, response) => {
      response.setHeader('X-Backend', name)
      if (message.url?.endsWith('/wait')) waiting.push(() => response.end())
      else response.end()
    }
  const backends = await Promise.all(LETTERS.map(name => httpBackend(name, hold(name))))
  const { port } = await openEdge(t, backends, { algorithm: 'least-connections' })
  for (const ask of [requestsTo(port), await besideNginx(t, { backends })]) {
    const slow = ask('/least/wait')
    while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
    const names = await sequence(ask, '/least', 6)
    waiting.pop()?.()
    const { backend: busy } = await slow
    const [x, y] = LETTERS.filter(name => name !== busy)
    t.ok(
      [`${x}${y}`, `${y}${x}`].some(two => names === two.repeat(3)),
      `${busy} was busy: ${names}`,
    )
  }
})

t.test('sticky: a cookie keeps a browser at one backend; at this edge the cookie names it', { skip }, async t => {
  const backends = await namedBackends()
  const { port } = await openEdge(t, backends, { algorithm: 'sticky' })
  const nginx = await besideNginx(t, { backends })
  const withCookie = async (ask: SendRequest, value: string) => {
    const names = new Set<string>()
    for (let i = 0; i < 6; i++) names.add((await ask('/sticky', [`Cookie: lab_backend=${value}`])).backend)
    return [...names].join('')
  }
  t.equal(await withCookie(requestsTo(port), 'b'), 'b')
  t.match(await withCookie(nginx, 'b'), /^[abc]$/, 'nginx: the backend that the hash picks')
  t.match((await requestsTo(port)('/sticky')).field('Set-Cookie'), /^lab_backend=[abc]; /, 'this edge sets the cookie')
  t.equal((await nginx('/sticky')).field('Set-Cookie'), undefined, 'nginx does not set it')
})

t.test('a backend that is switched off: no client gets an error', { skip }, async t => {
  const backends = await namedBackends()
  const { port } = await openEdge(t, backends)
  const nginx = await besideNginx(t, { backends })
  await backends[1]?.close()
  for (const ask of [requestsTo(port), nginx]) {
    const names = await sequence(ask, '/x', 9)
    t.match(names, /^[ac]{9}$/, names)
  }
  await Promise.all(backends.map(backend => backend.close()))
  const statuses = async (ask: SendRequest) => {
    const found: number[] = []
    for (let i = 0; i < 5; i++) found.push((await ask('/x')).status)
    return found
  }
  t.match(
    (await statuses(requestsTo(port))).join(' '),
    /^502 .*503 503$/,
    'after three failures no backend is available',
  )
  t.same(await statuses(nginx), [502, 502, 502, 502, 502])
})

t.test('backends by name: an added record gets requests, a removed one gets none', { skip }, async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  await Promise.all([10, 11, 12, 13].map(octet => backendAt(t, octet)))
  const { port, cluster } = await openEdge(t, [])
  const servers = [DNS_SERVER]
  const setBackends = cluster.setBackends.bind(cluster)
  const watched = { clock: systemClock, events: new Events('edge'), log: createLog('edge', new PassThrough().resume()) }
  const discovery = new Discovery({ name: BACKENDS_NAME, port: BACKENDS_PORT, servers, setBackends, ...watched })
  t.teardown(() => discovery.stop())
  await discovery.start()
  const one = { name: 'backend1', address: `${PREFIX}.10`, port: BACKENDS_PORT, weight: 1 }
  const nginx = await besideNginx(t, { backends: [one], dns: DNS_SERVER, name: BACKENDS_NAME })
  const asks = [requestsTo(port), nginx]

  // One after the other: while nginx resolves, all requests go to one address; afterwards it picks at random.
  const backendsSeen = async (ask: SendRequest) => {
    const seen = new Set<string>()
    for (let i = 0; i < 30; i++) seen.add((await ask('/by-name')).backend)
    return [...seen].sort().join(' ')
  }
  const all = (wanted: string) => async () => {
    for (const ask of asks) if ((await backendsSeen(ask)) !== wanted) return false
    return true
  }
  await until('both use all three', all('backend1 backend2 backend3'))
  zone.add(13)
  zone.remove(10)
  await until('both follow the zone', all('backend2 backend3 backend4'))
  t.pass('edge and nginx')
})
