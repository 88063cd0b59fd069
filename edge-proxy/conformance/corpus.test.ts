/**
 * The corpus against this edge, live: octets in, status out, and what the backend got to see.
 *
 * Read beside: corpus.ts
 * Touches the world: an edge and a backend on 127.0.0.1.
 */
import t from 'tap'
import { openEdge } from '../testing/edge.ts'
import { exchange, statuses } from '../testing/raw-client.ts'
import { CORPUS } from './corpus.ts'
import { recordingBackend } from './recording-backend.ts'

t.test('every case of the corpus gets the answer that its section requires', async t => {
  const backend = await recordingBackend('backend1')
  const { port } = await openEdge(t, [backend])
  for (const { name, section, octets, answer, sees, hides, requests } of CORPUS) {
    backend.requests.length = 0
    const received = await exchange(port, octets)
    const seen = backend.requests.join('')
    t.equal(statuses(received)[0], answer, `${name} (${section}): ${answer}`)
    t.equal(backend.requests.length, requests ?? (answer === 200 ? 1 : 0), `${name}: requests at the backend`)
    if (sees) t.match(seen, sees, `${name}: the backend sees it`)
    if (hides) t.notMatch(seen, hides, `${name}: the backend does not see it`)
    if (answer !== 200 && answer !== 204) t.match(received, /"rule":|"failure":/, `${name}: the answer says why`)
  }
})
