/**
 * An edge as a separate process, over many requests of all kinds: neither its memory nor its descriptors grow. A large body does not
 * need more memory, whichever side is slower.
 *
 * The long run (1 GB, a million requests) is endurance.ts; its figures are in docs/edge-conformance.md.
 */
import t, { type Test } from 'tap'
import { EDGE, type EdgeProgram, type RunningEdge, startEdge } from '../../peers/edge-proxies.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { until } from '../../test/testing/until.ts'
import { httpBackend } from '../testing/backends.ts'
import { descriptors, echo, peakDuring, residentMegabytes } from './streams.ts'
import { wave } from './waves.ts'

const WARM_UP = 2
const WAVES = 5
const BODY = 64 * 1024 * 1024

/**
 * The smallest heap that V8 allows, so that growth is visible soon. By default V8 collects garbage only after tens of megabytes.
 */
const TIGHT: EdgeProgram = {
  ...EDGE,
  env: (...places) => ({ ...EDGE.env?.(...places), NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=64' }),
}

async function open(t: Test): Promise<RunningEdge> {
  const backend = await httpBackend('backend1', (request, response) => {
    request.on('error', () => {})
    if (request.url === '/echo') request.pipe(response)
    else request.resume().on('end', () => response.end('x'.repeat(1000)))
  })
  const edge = await startEdge(TIGHT, { address: `${loopbackPrefix()}.20`, port: 8080 }, [backend])
  t.teardown(async () => {
    await edge.stop()
    await backend.close()
  })
  return edge
}

t.test('memory and descriptors do not grow over many requests: valid, invalid and abandoned ones', async t => {
  const edge = await open(t)
  const baseline = descriptors(edge.pid)
  for (let i = 0; i < WARM_UP; i++) await wave(edge)
  const warm = residentMegabytes(edge.pid)
  let requests = 0
  for (let i = 0; i < WAVES; i++) requests += await wave(edge)
  const grown = residentMegabytes(edge.pid) - warm
  t.comment(`${requests} requests; ${warm.toFixed(0)} MB when warm, ${grown.toFixed(1)} MB more at the end`)
  t.ok(grown < 10, `${grown.toFixed(1)} MB`)
  // Idle connections to the backend are kept for 4 s; no other descriptor may be left.
  await until('the descriptors are closed', () => descriptors(edge.pid) <= baseline + 2)
})

t.test('a body of 64 MB in both directions at once does not need more memory', async t => {
  const edge = await open(t)
  await echo(edge, 1_000_000)
  const before = residentMegabytes(edge.pid)
  const back = echo(edge, BODY)
  const most = await peakDuring(() => residentMegabytes(edge.pid), back)
  t.ok((await back) > BODY)
  t.comment(`${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`)
  t.ok(most - before < 32, `${(most - before).toFixed(0)} MB more`)
})
