/**
 * Backends that follow a script, behind a real edge: what they answer is relayed, or refused, or cut, and never reaches
 * anybody else. Behind every answer stands another request, whose answer must be its own (response-queue poisoning).
 */
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { ANSWERS, type Answer } from './answers.ts'
import { head } from './case.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'

const PATIENCE_MS = 5_000
/** Long enough for one packet to be read before the next one comes. */
const PACKET_MS = 15
const ASK = head('GET /a HTTP/1.1', 'Host: a')
const NEXT = head('GET /next HTTP/1.1', 'Host: a')
const NEXT_ANSWER = `${head('HTTP/1.1 200 OK', 'Content-Length: 4')}next`

for (const [subject, answers] of Object.entries(ANSWERS)) {
  t.test(`edge relays or refuses what a backend answers: ${subject}`, async t => {
    await Promise.all(answers.map(answer => check(t, answer)))
  })
}

async function check(t: Test, answer: Answer): Promise<void> {
  const { request = ASK, want, name } = answer
  const carriers: Socket[] = []
  const backend = await scriptedBackend('backend1', (socket, first) => {
    const take = (octets: string) => {
      carriers.push(socket)
      if (octets.includes(' /next ')) socket.write(NEXT_ANSWER)
      else void perform(socket, answer)
    }
    take(first)
    socket.on('data', piece => take(piece.toString('latin1')))
    socket.on('end', () => socket.end())
  })
  const { port } = await openEdge(t, [backend])
  const [method = ''] = request.split(' ')
  const client = await RawClient.connect(port)
  client.send(request)
  await client.settles(received => readAnswer(received, method, false)?.complete === true, PATIENCE_MS)
  // What follows an answer may come a packet later; the next request then finds out whether anybody noticed.
  await pause(PACKET_MS * 2)
  const ended = client.closed && !client.reset
  const got = readAnswer(client.received, method, ended)
  const wrong = fate(got, answer, client)

  const other = client.closed ? await RawClient.connect(port) : client
  const before = other.received.length
  other.send(NEXT)
  await other.settles(received => readAnswer(received.slice(before), 'GET', false)?.complete === true, PATIENCE_MS)
  const next = readAnswer(other.received.slice(before), 'GET', false)
  if (next?.status !== 200 || next.content !== 'next')
    wrong.push(`the next request got ${JSON.stringify(other.received.slice(before))}`)
  const kept = carriers.at(0) === carriers.at(-1)
  const mayKeep = typeof want === 'object' && want.backend === 'kept'
  if (kept !== mayKeep) wrong.push(`the backend's connection was ${kept ? 'used again' : 'dropped'}`)
  other.destroy()
  client.destroy()
  t.strictSame(wrong, [], `${name} (${answer.rule})`)
}

async function perform(socket: Socket, { send, afterwards }: Answer): Promise<void> {
  for (const [index, packet] of send.entries()) {
    if (index > 0) await pause(PACKET_MS)
    socket.write(packet, 'latin1')
  }
  if (afterwards === 'rst') await pause(PACKET_MS)
  if (afterwards === 'fin') socket.end()
  else if (afterwards === 'rst') socket.resetAndDestroy()
}

/** What is not as it must be. */
function fate(got: ReadAnswer | undefined, { want }: Answer, client: RawClient): string[] {
  const wrong: string[] = []
  const expect = (what: string, holds: boolean) => {
    if (!holds) wrong.push(`${what}; the client got ${JSON.stringify(client.received.slice(0, 1000))}`)
  }
  if (typeof want === 'object') {
    expect(`${want.status} with its content`, got?.status === want.status && got.content === want.content)
    expect('complete, and nothing behind it', got?.complete === true && got.rest === '')
    expect('interim answers', JSON.stringify(got?.interim) === JSON.stringify(want.interim ?? []))
    expect('trailers', (got?.trailers ?? '') === (want.trailers ?? ''))
    expect(`the connection is ${want.client}`, client.closed === (want.client === 'closed'))
    const heads = client.received.slice(0, client.received.length - (got?.content.length ?? 0))
    if (want.has) expect(`matches ${want.has}`, want.has.test(heads))
    if (want.hasNot) expect(`does not match ${want.hasNot}`, !want.hasNot.test(heads))
    return wrong
  }
  const bad = got?.status === 502 && got.complete && got.head.includes('application/problem+json') && !client.closed
  // Nobody may take what came for the whole: no last chunk, not all of the length, and no FIN that could mean the end.
  const cut = client.closed && client.reset && got?.complete !== true
  if (want === 'bad') expect('502 and an open connection', bad)
  else if (want === 'cut') expect('a reset before the end', cut)
  else expect('502, or a reset before the end', bad || cut)
  return wrong
}
