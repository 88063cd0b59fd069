/**
 * Scripted backends behind a real edge: each of their responses is forwarded, refused or cut, and never reaches another client. After
 * each response another request is sent, which must get its own response (response-queue poisoning).
 */
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { BACKEND_RESPONSES, type BackendResponse } from './backend-responses.ts'
import { head } from './case.ts'
import { type ReadResponse, readResponse } from './read-response.ts'

/** Milliseconds between two packets, so that they are read separately. */
const PACKET_MS = 15
const REQUEST = head('GET /a HTTP/1.1', 'Host: a')
const NEXT = head('GET /next HTTP/1.1', 'Host: a')
const NEXT_RESPONSE = `${head('HTTP/1.1 200 OK', 'Content-Length: 4')}next`

for (const [subject, responses] of Object.entries(BACKEND_RESPONSES)) {
  t.test(`edge forwards, refuses or cuts each response of a backend: ${subject}`, async t => {
    await Promise.all(responses.map(response => check(t, response)))
  })
}

async function check(t: Test, response: BackendResponse): Promise<void> {
  const { request = REQUEST, want, name } = response
  const carriers: Socket[] = []
  const backend = await scriptedBackend('backend1', (socket, first) => {
    const respond = (octets: string) => {
      carriers.push(socket)
      if (octets.includes(' /next ')) socket.write(NEXT_RESPONSE)
      else void perform(socket, response)
    }
    respond(first)
    socket.on('data', piece => respond(piece.toString('latin1')))
    socket.on('end', () => socket.end())
  })
  const { port } = await openEdge(t, [backend])
  const [method = ''] = request.split(' ')
  const client = await RawClient.connect(port)
  client.send(request)
  await client.settles(received => readResponse(received, method, false)?.complete === true)
  // The connection is closed after the response, perhaps a packet later.
  if (typeof want === 'object' && want.client === 'closed') await client.settles(() => false)
  // Octets after a response may arrive a packet later; the next request shows whether the edge has noticed them.
  await pause(PACKET_MS * 2)
  const ended = client.closed && !client.reset
  const got = readResponse(client.received, method, ended)
  const wrong = mismatches(got, response, client)

  const other = client.closed ? await RawClient.connect(port) : client
  const before = other.received.length
  other.send(NEXT)
  await other.settles(received => readResponse(received.slice(before), 'GET', false)?.complete === true)
  const next = readResponse(other.received.slice(before), 'GET', false)
  if (next?.status !== 200 || next.content !== 'next')
    wrong.push(`the next request got ${JSON.stringify(other.received.slice(before))}`)
  const kept = carriers.at(0) === carriers.at(-1)
  const mayKeep = typeof want === 'object' && want.backend === 'kept'
  if (kept !== mayKeep) wrong.push(`the backend's connection was ${kept ? 'used again' : 'dropped'}`)
  other.destroy()
  client.destroy()
  t.strictSame(wrong, [], `${name} (${response.rule})`)
}

async function perform(socket: Socket, { send, afterwards }: BackendResponse): Promise<void> {
  for (const [index, packet] of send.entries()) {
    if (index > 0) await pause(PACKET_MS)
    socket.write(packet, 'latin1')
  }
  if (afterwards === 'rst') await pause(PACKET_MS)
  if (afterwards === 'fin') socket.end()
  else if (afterwards === 'rst') socket.resetAndDestroy()
}

/** How the outcome differs from the required one. */
function mismatches(got: ReadResponse | undefined, { want }: BackendResponse, client: RawClient): string[] {
  const wrong: string[] = []
  const expect = (what: string, holds: boolean) => {
    if (!holds) wrong.push(`${what}; the client got ${JSON.stringify(client.received.slice(0, 1000))}`)
  }
  if (typeof want === 'object') {
    expect(`${want.status} with its content`, got?.status === want.status && got.content === want.content)
    expect('complete, with no octets after it', got?.complete === true && got.rest === '')
    expect('interim responses', JSON.stringify(got?.interim) === JSON.stringify(want.interim ?? []))
    expect('trailers', (got?.trailers ?? '') === (want.trailers ?? ''))
    expect(`the connection is ${want.client}`, client.closed === (want.client === 'closed'))
    const heads = client.received.slice(0, client.received.length - (got?.content.length ?? 0))
    if (want.has) expect(`matches ${want.has}`, want.has.test(heads))
    if (want.hasNot) expect(`does not match ${want.hasNot}`, !want.hasNot.test(heads))
    return wrong
  }
  const bad = got?.status === 502 && got.complete && got.head.includes('application/problem+json') && !client.closed
  // The client must see that a part is missing: by the length, the last chunk, or a reset where a FIN would mean the end.
  const cut = client.closed && got?.complete !== true
  if (want === 'bad') expect('502 and an open connection', bad)
  else if (want === 'cut') expect('closed before the end', cut)
  else expect('502, or closed before the end', bad || cut)
  return wrong
}
