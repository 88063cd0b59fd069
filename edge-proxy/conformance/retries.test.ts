/**
 * The table in balance/retry.ts, live: what happened, with which request, how often it arrived where, what the client got.
 *
 * A request that arrives twice when it must not is an order that is paid twice.
 */
import t, { type Test } from 'tap'
import type { EdgeOptions } from '../edge.ts'
import { scriptedBackend, type TestBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { DEFAULT_TIMEOUTS } from '../timeouts.ts'
import { head } from './case.ts'
import { readAnswer } from './read-answer.ts'

const PATIENCE_MS = 5_000
const OK = head('HTTP/1.1 200 OK', 'Content-Length: 0')
const UNAVAILABLE = head('HTTP/1.1 503 Service Unavailable', 'Content-Length: 0')

const plain = (method: string) => head(`${method} /x HTTP/1.1`, 'Host: a')
const withBody = (method: string) => `${head(`${method} /x HTTP/1.1`, 'Host: a', 'Content-Length: 5')}hello`
const REPEATABLE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].map(plain)
const ONCE = [...['POST', 'PATCH', 'BREW'].map(plain), ...['GET', 'POST', 'PUT', 'DELETE'].map(withBody)]

type Reaction = 'answers' | 'closes' | 'begins an answer' | 'is unavailable'

/** A backend that does this with its first request, and that with all further ones on the same connection. */
async function backend(name: string, first: Reaction, further = first): Promise<TestBackend & { arrived: number }> {
  const counting = { arrived: 0 }
  const made = await scriptedBackend(name, socket => {
    const react = (reaction: Reaction) => {
      counting.arrived++
      if (reaction === 'answers') socket.write(OK)
      else if (reaction === 'is unavailable') socket.write(UNAVAILABLE)
      else if (reaction === 'begins an answer') socket.end('H')
      else socket.end()
    }
    react(first)
    socket.on('data', () => react(further))
    socket.on('end', () => socket.end())
  })
  return Object.defineProperty(made, 'arrived', { get: () => counting.arrived }) as never
}

/** Sends the requests one after the other. @returns the status of each */
async function ask(port: number, requests: readonly string[]): Promise<(number | undefined)[]> {
  const statuses: (number | undefined)[] = []
  for (const request of requests) {
    const client = await RawClient.connect(port)
    const [method = ''] = request.split(' ')
    const complete = (received: string) => readAnswer(received, method, false)?.complete === true
    await client.send(request).settles(complete, PATIENCE_MS)
    statuses.push(readAnswer(client.received, method, client.closed)?.status)
    client.destroy()
  }
  return statuses
}

async function open(t: Test, backends: readonly TestBackend[], options: Partial<EdgeOptions> = {}): Promise<number> {
  const { port } = await openEdge(t, backends, options)
  return port
}

/** How long a connection that has answered is good for what may not be repeated, in milliseconds. */
const justAnswered = (ms: number) => ({ timeouts: { ...DEFAULT_TIMEOUTS, justAnswered: ms } })

const named = (request: string) => request.replace(' /x HTTP/1.1\r\nHost: a', '').replaceAll('\r\n', ' ').trim()

t.test('a refused connection: nothing was sent, so any request goes to the next backend', async t => {
  for (const request of [...REPEATABLE, ...ONCE]) {
    const [gone, there] = [await backend('backend1', 'answers'), await backend('backend2', 'answers')]
    const port = await open(t, [gone, there])
    await gone.close()
    t.strictSame(await ask(port, [request]), [200], named(request))
    t.strictSame([gone.arrived, there.arrived], [0, 1])
  }
})

t.test(
  'a fresh connection that closes without an answer: the request may have been served, so never again',
  async t => {
    for (const request of [...REPEATABLE, ...ONCE]) {
      const [closing, other] = [await backend('backend1', 'closes'), await backend('backend2', 'answers')]
      t.strictSame(await ask(await open(t, [closing, other]), [request]), [502], named(request))
      t.strictSame([closing.arrived, other.arrived], [1, 0])
    }
  },
)

t.test(
  'an idle connection that closes without an answer: what is repeatable is sent again, on a fresh one',
  async t => {
    for (const request of REPEATABLE) {
      const closing = await backend('backend1', 'answers', 'closes')
      t.strictSame(await ask(await open(t, [closing]), [plain('GET'), request]), [200, 200], named(request))
      t.equal(closing.arrived, 3, 'once, once in vain, and once more')
    }
    for (const request of ONCE) {
      const closing = await backend('backend1', 'answers', 'closes')
      const port = await open(t, [closing], justAnswered(0))
      t.strictSame(await ask(port, [plain('GET'), request]), [200, 200], named(request))
      t.equal(closing.arrived, 2, 'not sent on the idle connection at all')
    }
    for (const request of ONCE) {
      const closing = await backend('backend1', 'answers', 'closes')
      const port = await open(t, [closing], justAnswered(60_000))
      t.strictSame(await ask(port, [plain('GET'), request]), [200, 502], named(request))
      t.equal(closing.arrived, 2, 'sent on the connection that has just answered, and never again')
    }
  },
)

t.test('an idle connection that closes after one octet of an answer: never again', async t => {
  for (const request of REPEATABLE) {
    const beginning = await backend('backend1', 'answers', 'begins an answer')
    t.strictSame(await ask(await open(t, [beginning]), [plain('GET'), request]), [200, 502], named(request))
    t.equal(beginning.arrived, 2)
  }
})

t.test('503 from a backend is an answer like any other, unless asking another one is switched on', async t => {
  for (const request of [...REPEATABLE, ...ONCE]) {
    const [unavailable, other] = [await backend('backend1', 'is unavailable'), await backend('backend2', 'answers')]
    t.strictSame(await ask(await open(t, [unavailable, other]), [request]), [503], named(request))
    t.strictSame([unavailable.arrived, other.arrived], [1, 0])
  }
})

t.test('503 from a backend, with asking another one switched on: what is repeatable goes there', async t => {
  const options = { retryStatuses: [502, 503, 504] }
  for (const request of REPEATABLE) {
    const [unavailable, other] = [await backend('backend1', 'is unavailable'), await backend('backend2', 'answers')]
    t.strictSame(await ask(await open(t, [unavailable, other], options), [request]), [200], named(request))
    t.strictSame([unavailable.arrived, other.arrived], [1, 1])
  }
  for (const request of ONCE) {
    const [unavailable, other] = [await backend('backend1', 'is unavailable'), await backend('backend2', 'answers')]
    t.strictSame(await ask(await open(t, [unavailable, other], options), [request]), [503], named(request))
    t.strictSame([unavailable.arrived, other.arrived], [1, 0])
  }
  const all = [await backend('backend1', 'is unavailable'), await backend('backend2', 'is unavailable')]
  t.strictSame(await ask(await open(t, all, options), [plain('GET')]), [503], 'when all say so, the last one is heard')
  t.strictSame(
    all.map(({ arrived }) => arrived),
    [1, 1],
  )
})

t.test('no more tries than there are backends', async t => {
  const all = await Promise.all([1, 2, 3].map(number => backend(`backend${number}`, 'answers')))
  const port = await open(t, all)
  for (const one of all) await one.close()
  t.strictSame(await ask(port, [plain('GET'), withBody('POST')]), [502, 502])
})
