/**
 * The table of balance/retry.ts with real connections: for each failure and each kind of request, how often it arrives at which backend,
 * and what the client gets.
 *
 * A request that wrongly arrives twice may be an order that is paid twice.
 */
import t, { type Test } from 'tap'
import { BACKEND_CHECKS } from '../balance/check.ts'
import { scriptedBackend, type TestBackend } from '../testing/backends.ts'
import { openEdge, type TestEdgeOptions } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import { readResponse } from './read-response.ts'

const OK = head('HTTP/1.1 200 OK', 'Content-Length: 0')
const UNAVAILABLE = head('HTTP/1.1 503 Service Unavailable', 'Content-Length: 0')

const plain = (method: string) => head(`${method} /x HTTP/1.1`, 'Host: a')
const withBody = (method: string) => `${head(`${method} /x HTTP/1.1`, 'Host: a', 'Content-Length: 5')}hello`
const REPEATABLE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].map(plain)
const ONCE = [...['POST', 'PATCH', 'LOCK'].map(plain), ...['GET', 'POST', 'PUT', 'DELETE'].map(withBody)]

type Reaction = 'answers' | 'closes' | 'begins a response' | 'is unavailable' | 'is silent'

/** A backend with one reaction to the first request of a connection, and perhaps another one to all further requests. */
async function backend(name: string, first: Reaction, further = first): Promise<TestBackend & { arrived: number }> {
  const counting = { arrived: 0 }
  const made = await scriptedBackend(name, socket => {
    const react = (reaction: Reaction) => {
      counting.arrived++
      if (reaction === 'answers') socket.write(OK)
      else if (reaction === 'is unavailable') socket.write(UNAVAILABLE)
      else if (reaction === 'begins a response') socket.end('H')
      else if (reaction === 'closes') socket.end()
    }
    react(first)
    socket.on('data', () => react(further))
    socket.on('end', () => socket.end())
  })
  return Object.defineProperty(made, 'arrived', { get: () => counting.arrived }) as never
}

/** Sends the requests one after the other. @returns the status of each */
async function statusesOf(port: number, requests: readonly string[]): Promise<(number | undefined)[]> {
  const statuses: (number | undefined)[] = []
  for (const request of requests) {
    const client = await RawClient.connect(port)
    const [method = ''] = request.split(' ')
    const complete = (received: string) => readResponse(received, method, false)?.complete === true
    await client.send(request).settles(complete)
    statuses.push(readResponse(client.received, method, client.closed)?.status)
    client.destroy()
  }
  return statuses
}

async function open(t: Test, backends: readonly TestBackend[], options: TestEdgeOptions = {}): Promise<number> {
  const { port } = await openEdge(t, backends, options)
  return port
}

/** Milliseconds after a response in which a connection is used for a request that must not be repeated. */
const justAnswered = (ms: number) => ({ timeouts: { justAnswered: ms } })

const nameOf = (request: string) => request.replace(' /x HTTP/1.1\r\nHost: a', '').replaceAll('\r\n', ' ').trim()

t.test('all backends stop and one comes back: a repeatable request waits for it; others get 502 at once', async t => {
  const [first, second] = [await backend('backend1', 'answers'), await backend('backend2', 'answers')]
  const checks = { ...BACKEND_CHECKS, fastInterval: 50 }
  const { port, cluster } = await openEdge(t, [first, second], { checks })
  const failedAttempts = () => cluster.backends.reduce((sum, { retries }) => sum + retries, 0)
  await Promise.all([first.close(), second.close()])
  t.strictSame(await statusesOf(port, [plain('POST')]), [502])
  t.equal(failedAttempts(), 2)
  const waiting = statusesOf(port, [plain('GET')])
  while (failedAttempts() < 4) await new Promise(resolve => setImmediate(resolve))
  first.server.listen({ host: first.address, port: first.port })
  t.strictSame(await waiting, [200])
  t.equal(first.arrived, 1)
})

t.test('a refused connection: nothing was sent, so any request goes to the next backend', async t => {
  for (const request of [...REPEATABLE, ...ONCE]) {
    const [stopped, running] = [await backend('backend1', 'answers'), await backend('backend2', 'answers')]
    const port = await open(t, [stopped, running])
    await stopped.close()
    t.strictSame(await statusesOf(port, [request]), [200], nameOf(request))
    t.strictSame([stopped.arrived, running.arrived], [0, 1])
  }
})

t.test('a new connection that closes without a response: a repeatable request goes to another backend', async t => {
  for (const request of REPEATABLE) {
    const [closing, other] = [await backend('backend1', 'closes'), await backend('backend2', 'answers')]
    t.strictSame(await statusesOf(await open(t, [closing, other]), [request]), [200], nameOf(request))
    t.strictSame([closing.arrived, other.arrived], [1, 1])
  }
  for (const request of ONCE) {
    const [closing, other] = [await backend('backend1', 'closes'), await backend('backend2', 'answers')]
    t.strictSame(await statusesOf(await open(t, [closing, other]), [request]), [502], nameOf(request))
    t.strictSame([closing.arrived, other.arrived], [1, 0], 'it may have been processed')
  }
})

t.test(
  'an idle connection that closes without a response: with another backend, that one gets the request',
  async t => {
    const closing = await backend('backend1', 'answers', 'closes')
    const other = await backend('backend2', 'answers')
    t.strictSame(
      await statusesOf(await open(t, [closing, other]), [plain('GET'), plain('GET'), plain('GET')]),
      [200, 200, 200],
    )
    t.strictSame([closing.arrived, other.arrived], [2, 2])
  },
)

t.test('a backend that sends nothing: after a short time, a repeatable request goes to another backend', async t => {
  const quick = { timeouts: { silence: 50, firstByte: 400 } }
  for (const [requests, expected, arrivals] of [
    [REPEATABLE, 200, [1, 1]],
    [ONCE, 504, [1, 0]],
  ] as const) {
    for (const request of requests) {
      const [silent, other] = [await backend('backend1', 'is silent'), await backend('backend2', 'answers')]
      t.strictSame(await statusesOf(await open(t, [silent, other], quick), [request]), [expected], nameOf(request))
      t.strictSame([silent.arrived, other.arrived], arrivals)
    }
  }
  const alone = await backend('backend1', 'is silent')
  t.strictSame(
    await statusesOf(await open(t, [alone], quick), [plain('GET')]),
    [504],
    'without another one, it gets its time',
  )
})

t.test(
  'an idle connection that closes without a response: a repeatable request is sent again, on a new connection',
  async t => {
    for (const request of REPEATABLE) {
      const closing = await backend('backend1', 'answers', 'closes')
      t.strictSame(await statusesOf(await open(t, [closing]), [plain('GET'), request]), [200, 200], nameOf(request))
      t.equal(closing.arrived, 3, 'the first request, the failed try, the second try')
    }
    for (const request of ONCE) {
      const closing = await backend('backend1', 'answers', 'closes')
      const port = await open(t, [closing], justAnswered(0))
      t.strictSame(await statusesOf(port, [plain('GET'), request]), [200, 200], nameOf(request))
      t.equal(closing.arrived, 2, 'not sent on the idle connection')
    }
    for (const request of ONCE) {
      const closing = await backend('backend1', 'answers', 'closes')
      const port = await open(t, [closing], justAnswered(60_000))
      t.strictSame(await statusesOf(port, [plain('GET'), request]), [200, 502], nameOf(request))
      t.equal(closing.arrived, 2, 'sent on the connection that has just answered, and not repeated')
    }
  },
)

t.test('an idle connection that closes after one octet of a response: the request is not repeated', async t => {
  for (const request of REPEATABLE) {
    const beginning = await backend('backend1', 'answers', 'begins a response')
    t.strictSame(await statusesOf(await open(t, [beginning]), [plain('GET'), request]), [200, 502], nameOf(request))
    t.equal(beginning.arrived, 2)
  }
})

t.test('503 from a backend is forwarded like any response, unless RETRY_ON includes 503', async t => {
  for (const request of [...REPEATABLE, ...ONCE]) {
    const [unavailable, other] = [await backend('backend1', 'is unavailable'), await backend('backend2', 'answers')]
    t.strictSame(await statusesOf(await open(t, [unavailable, other]), [request]), [503], nameOf(request))
    t.strictSame([unavailable.arrived, other.arrived], [1, 0])
  }
})

t.test('503 from a backend, with RETRY_ON: a repeatable request goes to another backend', async t => {
  const options = { retryStatuses: [502, 503, 504] }
  for (const request of REPEATABLE) {
    const [unavailable, other] = [await backend('backend1', 'is unavailable'), await backend('backend2', 'answers')]
    t.strictSame(await statusesOf(await open(t, [unavailable, other], options), [request]), [200], nameOf(request))
    t.strictSame([unavailable.arrived, other.arrived], [1, 1])
  }
  for (const request of ONCE) {
    const [unavailable, other] = [await backend('backend1', 'is unavailable'), await backend('backend2', 'answers')]
    t.strictSame(await statusesOf(await open(t, [unavailable, other], options), [request]), [503], nameOf(request))
    t.strictSame([unavailable.arrived, other.arrived], [1, 0])
  }
  const all = [await backend('backend1', 'is unavailable'), await backend('backend2', 'is unavailable')]
  t.strictSame(
    await statusesOf(await open(t, all, options), [plain('GET')]),
    [503],
    'when all answer 503, the last 503 is forwarded',
  )
  t.strictSame(
    all.map(({ arrived }) => arrived),
    [1, 1],
  )
})

t.test('a request is tried at most once for each backend', async t => {
  const all = await Promise.all([1, 2, 3].map(number => backend(`backend${number}`, 'answers')))
  const port = await open(t, all, { timeouts: { hold: 0 } })
  for (const one of all) await one.close()
  t.strictSame(await statusesOf(port, [plain('GET'), withBody('POST')]), [502, 502])
})
