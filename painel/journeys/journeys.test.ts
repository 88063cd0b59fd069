import t from 'tap'
import type { EventKind, EventKinds } from '#shared/event-kinds.ts'
import type { LabEvent } from '#shared/events.ts'
import { Journeys } from './journeys.ts'

let clock = Date.UTC(2026, 10, 28)

function event<Kind extends EventKind>(
  component: string,
  kind: Kind,
  detail: EventKinds[Kind],
  request?: string,
): LabEvent {
  clock += 1
  const at = new Date(clock).toISOString()
  return { at, time: clock, id: 1, component, kind, ...(request ? { request } : {}), detail } as LabEvent
}

const received = (request: string, target = '/perfil', probe = false) =>
  event(
    'frontend2',
    'edge.received',
    { client: '127.0.0.1', method: 'GET', target, head: 'GET / HTTP/1.1', probe },
    request,
  )

const finished = (request: string, status: number | null) =>
  event(
    'frontend2',
    'edge.request',
    {
      client: '127.0.0.1',
      method: 'GET',
      target: '/perfil',
      status,
      ms: 12.5,
      attempts: [
        { backend: 'backend1', address: '127.20.0.10:3000', connection: 'new', reason: undefined, outcome: 'refused' },
        { backend: 'backend3', address: '127.20.0.12:3000', connection: 'new', reason: undefined, outcome: 'answered' },
      ],
      request: { headOctets: 10, contentOctets: 0, sentHead: '', fields: [] },
      response: { contentOctets: 0, sentHead: 'HTTP/1.1 200 OK', fields: [] },
    },
    request,
  )

const lookup = (request: string, query: string) =>
  event(
    'painel',
    'client.lookup',
    {
      name: 'www.meutrabalho.com.br',
      type: 'A',
      source: 'query',
      server: '127.20.0.5:53',
      addresses: ['127.20.0.21'],
      outcome: 'addresses',
      ttl: 5,
      ms: 1,
      failures: [],
      query,
      response: 'beef',
    } as unknown as EventKinds['client.lookup'],
    request,
  )

const answered = (query: string) =>
  event('ns1', 'dns.query', { client: '127.0.0.1:40000', transport: 'udp', query, answer: 'beef', rcode: 'NOERROR' })

t.test('Journeys: a request that is under way has a journey without an end', async t => {
  const journeys = new Journeys()
  t.match(journeys.add(received('a')), { id: 'a', hops: [{ kind: 'edge.received' }] })
  t.match(journeys.get('a'), {
    id: 'a',
    method: 'GET',
    target: '/perfil',
    state: 'running',
    status: null,
    frontend: 'frontend2',
    backend: null,
    milliseconds: null,
    hops: [
      {
        hop: 'edge',
        component: 'frontend2',
        kind: 'edge.received',
        octets: { received: '474554202f20485454502f312e31' },
      },
    ],
  })
})

t.test('Journeys: the end says status, time, and the backend that answered', async t => {
  const journeys = new Journeys()
  journeys.add(received('a'))
  journeys.add(finished('a', 200))
  t.match(journeys.get('a'), { state: 'answered', status: 200, backend: 'backend3', milliseconds: 12.5 })
  journeys.add(received('b'))
  journeys.add(finished('b', null))
  t.match(journeys.get('b'), { state: 'failed', status: null })
  t.strictSame(
    journeys.list(10).map(({ id }) => id),
    ['b', 'a'],
    'newest first',
  )
  t.equal(journeys.list(1).length, 1)
})

t.test('Journeys: the time that the client measured counts, whichever event comes first', async t => {
  const response = (id: string) =>
    event(
      'painel',
      'client.response',
      { status: 200, frontend: 'frontend2', backend: 'backend3', resolved: 'query', headMs: 19, ms: 20 },
      id,
    )
  const journeys = new Journeys()
  for (const events of [
    [finished('a', 200), response('a')],
    [response('b'), finished('b', 200)],
  ])
    for (const one of events) journeys.add(one)
  for (const id of ['a', 'b']) t.equal(journeys.get(id)?.milliseconds, 20)
})

t.test('Journeys: a DNS query belongs to the request whose client sent the same octets, in either order', async t => {
  const journeys = new Journeys()
  t.equal(journeys.add(answered('0001')), undefined, 'it waits for its client')
  t.match(journeys.add(lookup('a', '0001')), { id: 'a', hops: [{ kind: 'dns.query' }, { kind: 'client.lookup' }] })
  journeys.add(lookup('b', '0002'))
  t.match(journeys.add(answered('0002')), { id: 'b', hops: [{ kind: 'dns.query' }] })
  journeys.add(answered('0003'))
  for (const id of ['a', 'b']) {
    t.strictSame(
      journeys
        .get(id)
        ?.hops.map(({ hop }) => hop)
        .sort(),
      ['client', 'dns'],
      id,
    )
  }
})

t.test('Journeys: hops are in the order in which they were observed, not in that of their arrival', async t => {
  const journeys = new Journeys()
  const first = received('a')
  const second = event(
    'backend1',
    'backend.received',
    { client: '127.0.0.1', method: 'GET', path: '/', probe: false },
    'a',
  )
  journeys.add(second)
  journeys.add(first)
  t.strictSame(
    journeys.get('a')?.hops.map(({ kind }) => kind),
    ['edge.received', 'backend.received'],
  )
})

t.test('Journeys: a message is a hop between its program and the broker that carries it', async t => {
  const journeys = new Journeys()
  const message = { topic: 'cadastros', lane: 3, id: 'm', type: 'cadastro.recebido', group: 'orquestrador' }
  for (const broker of ['redis', 'kafka'] as const) {
    journeys.add(event('acesso', 'queue.published', { ...message, broker, ms: 1 }, broker))
    journeys.add(event('orquestrador', 'queue.delivered', { ...message, broker, tries: 1, waited: 5 }, broker))
    t.match(journeys.get(broker)?.hops, [
      { hop: 'queue', from: 'acesso', to: broker },
      { hop: 'queue', from: broker, to: 'orquestrador' },
    ])
  }
})

t.test('Journeys: a decision is the last hop of the request that signed up, and does not begin a journey', async t => {
  const journeys = new Journeys()
  const decided = (request: string) =>
    event('acesso', 'cadastro.decided', { id: 'x', decision: 'aprovado', by: 'ana' }, request)
  t.equal(journeys.add(decided('forgotten')), undefined)
  t.strictSame(journeys.list(10), [])
  journeys.add(received('a', '/cadastros'))
  t.match(journeys.add(decided('a')), { id: 'a', hops: [{ component: 'acesso', reason: /^ana aprovou/ }] })
})

t.test('Journeys: health probes and events without a request make no journey', async t => {
  const journeys = new Journeys()
  t.equal(journeys.add(received('probe', '/healthz', true)), undefined)
  t.equal(
    journeys.add(event('frontend1', 'edge.health', { backend: 'backend1', available: false, check: 'L4CON' })),
    undefined,
  )
  t.strictSame(journeys.list(10), [])
})

t.test('Journeys: memory is bounded: 200 journeys, 200 hops each, 500 queries', async t => {
  const journeys = new Journeys()
  for (let n = 0; n < 250; n++) journeys.add(received(`r${n}`))
  t.equal(journeys.list(1000).length, 200)
  t.equal(journeys.get('r0'), undefined, 'the oldest is deleted first')
  for (let n = 0; n < 300; n++) journeys.add(received('r249'))
  t.equal(journeys.get('r249')?.hops.length, 200)
  for (let n = 0; n < 600; n++) journeys.add(answered(`q${n}`))
  journeys.add(lookup('late', 'q0'))
  t.equal(journeys.get('late')?.hops.length, 1, 'the first of 600 queries is deleted')
  journeys.add(lookup('in-time', 'q599'))
  t.equal(journeys.get('in-time')?.hops.length, 2)
})

t.test('Journeys: a request that reaches a backend without a frontend ends with its response', async t => {
  const journeys = new Journeys()
  const detail = { client: '127.0.0.1', method: 'GET', path: '/auth/jwks', probe: false }
  journeys.add(event('auth', 'backend.received', detail, 'a'))
  t.match(journeys.get('a'), { state: 'running', method: 'GET', target: '/auth/jwks', frontend: null, backend: 'auth' })
  const answer = { ...detail, status: 200, ms: 3, redis: undefined, mysql: undefined }
  journeys.add(event('auth', 'backend.request', answer, 'a'))
  t.match(journeys.get('a'), { state: 'answered', status: 200, milliseconds: 3 })
  // Over another connection, the events of a frontend may come later.
  journeys.add(received('a', '/auth/jwks?x=1'))
  journeys.add(finished('a', 502))
  t.match(journeys.get('a'), { state: 'failed', status: 502, frontend: 'frontend2', milliseconds: 12.5 })
})
