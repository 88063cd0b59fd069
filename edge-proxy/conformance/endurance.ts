/**
 * Shell: the long run. Sends two hundred thousand requests of all kinds, and a body of 1 GB in both directions, through an edge with the
 * settings of `npm start`; prints the memory and descriptors of its process as Markdown.
 *
 *     node edge-proxy/conformance/endurance.ts [requests]
 *
 * Read beside: growth.test.ts (the same, short and with limits), docs/edge-conformance.md (the figures)
 * Opens: an edge on 127.28.0.20:8080, a backend on a port of 127.0.0.1.
 */
import { EDGE, startEdge } from '../../peers/edge-proxies.ts'
import { httpBackend } from '../testing/backends.ts'
import { descriptors, echo, peakDuring, residentMegabytes } from './streams.ts'
import { wave } from './waves.ts'

const REQUESTS = Number(process.argv[2] ?? 200_000)
const ROWS = 10
const GIGABYTE = 1e9

const backend = await httpBackend('backend1', (request, response) => {
  request.on('error', () => {})
  if (request.url === '/echo') request.pipe(response)
  else request.resume().on('end', () => response.end('x'.repeat(1000)))
})
const edge = await startEdge(EDGE, { address: '127.28.0.20', port: 8080 }, [backend])
const resident = () => residentMegabytes(edge.pid)
const row = (...cells: (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`)

row('answered requests', 'resident, MB', 'descriptors')
row('---', '---', '---')
row(0, resident().toFixed(0), descriptors(edge.pid))
let answered = 0
for (let line = 1; line <= ROWS; line++) {
  while (answered < (REQUESTS / ROWS) * line) answered += await wave(edge)
  row(answered, resident().toFixed(0), descriptors(edge.pid))
}
const before = resident()
const begun = performance.now()
const body = echo(edge, GIGABYTE)
const most = await peakDuring(resident, body)
const seconds = (performance.now() - begun) / 1000
process.stdout.write(
  `\n1 GB up and back in ${seconds.toFixed(1)} s: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most, ${resident().toFixed(0)} MB after\n`,
)
await edge.stop()
await backend.close()
process.exit(0)
