/**
 * Static files, from this edge and from nginx: the same requests, with a list of the differences.
 *
 * Read beside: nginx.conf, side-by-side.ts, docs/in-bind-nginx-express.md
 * Touches the world: nginx, edges and backends on loopback addresses that only this test uses.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { loadFolder } from '../static/load.ts'
import { openEdge } from '../testing/edge.ts'
import { besideNginx, namedBackends, requestsTo, skip } from './side-by-side.ts'

const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url))

t.test('static files: the same responses, except for the listed differences', { skip }, async t => {
  const backends = await namedBackends(1)
  const { port } = await openEdge(t, backends, { files: await loadFolder(PUBLIC) })
  const ours = requestsTo(port)
  const nginx = await besideNginx(t, { backends })

  /** `TAG` and `DATE` are replaced by the ETag and Last-Modified of the same server. */
  const cases: [what: string, lines: string[], ours: number, nginx?: number][] = [
    ['no condition', [], 200],
    ['gzip', ['Accept-Encoding: gzip'], 200],
    ['the same tag', ['If-None-Match: TAG'], 304],
    ['the same tag, weak', ['If-None-Match: W/TAG'], 304],
    ['the tag in a list', ['If-None-Match: "a", TAG'], 304],
    ['any tag', ['If-None-Match: *'], 304],
    ['another tag', ['If-None-Match: "other"'], 200],
    ['the same date', ['If-Modified-Since: DATE'], 304],
    ['a later date', ['If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT'], 304],
    ['an earlier date', ['If-Modified-Since: Mon, 01 Jan 1990 00:00:00 GMT'], 200],
    ['another tag and the same date', ['If-None-Match: "other"', 'If-Modified-Since: DATE'], 200],
    ['only this version', ['If-Match: TAG'], 200],
    ['only another version', ['If-Match: "other"'], 412],
    ['not since long ago', ['If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT'], 412],
    ['the first two octets', ['Range: bytes=0-1'], 206],
    ['the last two', ['Range: bytes=-2'], 206],
    ['a range beyond the end', ['Range: bytes=9999999-'], 416],
    ['several parts', ['Range: bytes=0-1,5-6'], 200],
    ['another unit', ['Range: items=0-1'], 200],
    ['resume', ['Range: bytes=5-', 'If-Range: TAG'], 206],
    ['resume another version', ['Range: bytes=5-', 'If-Range: "other"'], 200],
    // nginx does not consider that another coding has the same date.
    ['resume by date', ['Range: bytes=5-', 'If-Range: DATE'], 200, 206],
    // RFC 9110 §14.1.1 allows both: this edge ignores the invalid range, nginx calls it unsatisfiable.
    ['the last before the first', ['Range: bytes=5-4'], 200, 416],
    ['no acceptable coding', ['Accept-Encoding: identity;q=0'], 406, 200],
  ]
  for (const [what, lines, expected, theirs = expected] of cases) {
    for (const [name, ask, status] of [
      ['edge', ours, expected],
      ['nginx', nginx, theirs],
    ] as const) {
      const first = await ask('/app.js')
      const filled = lines.map(line =>
        line.replace('TAG', first.field('ETag') ?? '').replace('DATE', first.field('Last-Modified') ?? ''),
      )
      t.equal((await ask('/app.js', filled)).status, status, `${name}: ${what}`)
    }
  }

  const codings: [accept: string, ours: string | undefined, nginx: string | undefined][] = [
    ['gzip', 'gzip', 'gzip'],
    ['gzip;q=0', undefined, undefined],
    ['gzip;q=0.5, identity', undefined, 'gzip'],
    ['*', 'br', undefined],
    ['br, gzip', 'br', 'gzip'],
  ]
  for (const [accept, expected, theirs] of codings) {
    t.equal(
      (await ours('/app.js', [`Accept-Encoding: ${accept}`])).field('Content-Encoding'),
      expected,
      `edge: ${accept}`,
    )
    t.equal(
      (await nginx('/app.js', [`Accept-Encoding: ${accept}`])).field('Content-Encoding'),
      theirs,
      `nginx: ${accept}`,
    )
  }
  for (const ask of [ours, nginx]) {
    const page = await ask('/', ['Accept-Encoding: gzip'])
    t.match(page, { status: 200 })
    t.equal(page.field('Vary'), 'Accept-Encoding')
    t.match(page.field('ETag'), /^"/, 'a strong tag')
    t.match(page.field('Content-Security-Policy'), /^default-src 'none'/)
    t.equal(page.field('X-Content-Type-Options'), 'nosniff')
    t.equal((await ask('/', [], 'HEAD')).field('Content-Length'), (await ask('/')).field('Content-Length'))
  }
  // nginx decodes and normalises a path and opens the file; this edge looks the path up as it is.
  t.match([(await ours('/%61pp.js')).backend, (await nginx('/%61pp.js')).backend], ['a', '-'])
})
