import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import type { LocalResponse } from '../downstream/local-response.ts'
import type { Field } from '../http1/fields.ts'
import { parseRequestHead } from '../http1/request-head.ts'
import { type Files, fileResponse } from './files.ts'
import { representationsOf } from './representation.ts'

const NOW = Date.UTC(2026, 10, 22)
const MODIFIED = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const TEXT = 'um servidor responde por vez\n'.repeat(200)

const files: Files = new Map([
  ['/', await representationsOf(Buffer.from(`<!doctype html>${TEXT}`), MODIFIED, '.html')],
  ['/app.js', await representationsOf(Buffer.from(TEXT), MODIFIED, '.js')],
  ['/tiny', await representationsOf(Buffer.from('x'), MODIFIED, '')],
  ['/empty.txt', await representationsOf(Buffer.alloc(0), MODIFIED, '.txt')],
])

/** The response to a request with these field lines. */
function request(target: string, lines: readonly string[] = [], method = 'GET'): LocalResponse | undefined {
  return fileResponse(files, parseRequestHead([`${method} ${target} HTTP/1.1`, 'Host: a', ...lines].join('\r\n')), {
    epoch: () => NOW,
  })
}

function found(response: LocalResponse | undefined): LocalResponse & { field(name: string): string | undefined } {
  if (response === undefined) throw new Error('no file with this path')
  return { ...response, field: name => response.fields.find(field => field[0] === name)?.[1] }
}

t.test('fileResponse() sends a coding that the client accepts, with Vary (RFC 9110 §12.5.3, §12.5.5)', async t => {
  const br = found(request('/app.js', ['Accept-Encoding: gzip, br']))
  t.equal(br.field('Content-Encoding'), 'br')
  t.equal(brotliDecompressSync(br.body).toString(), TEXT)
  const gz = found(request('/app.js', ['Accept-Encoding: gzip']))
  t.equal(gz.field('Content-Encoding'), 'gzip')
  t.equal(gunzipSync(gz.body).toString(), TEXT)
  const plain = found(request('/app.js'))
  t.equal(plain.field('Content-Encoding'), undefined)
  t.equal(plain.body.toString(), TEXT)
  for (const response of [br, gz, plain]) {
    t.equal(response.status, 200)
    t.equal(response.field('Vary'), 'Accept-Encoding')
    t.equal(response.field('Content-Type'), 'text/javascript; charset=utf-8')
  }
  const tags = [br, gz, plain].map(response => response.field('ETag'))
  t.equal(new Set(tags).size, 3, 'each coding has an entity tag of its own (§8.8.3.3)')
  for (const tag of tags) t.match(tag, /^"[\w-]{22}"$/, 'a strong tag')
})

t.test('fileResponse() sends a compressed form only where it is smaller', async t => {
  const tiny = found(request('/tiny', ['Accept-Encoding: br, gzip']))
  t.equal(tiny.field('Content-Encoding'), undefined)
  t.equal(tiny.field('Vary'), undefined, 'with a single form there is no Vary')
  t.equal(tiny.field('Content-Type'), 'application/octet-stream')
  t.equal(found(request('/empty.txt', ['Accept-Encoding: br'])).body.length, 0)
})

t.test('fileResponse() is 406 when the client refuses every form (§15.5.7)', async t => {
  const refused = found(request('/tiny', ['Accept-Encoding: identity;q=0']))
  t.equal(refused.status, 406)
  t.equal(refused.field('Vary'), 'Accept-Encoding')
  t.match(JSON.parse(refused.body.toString()), { status: 406, detail: /identity/ })
})

t.test(
  'fileResponse() is 304 for a client that has the current version, with the fields that a cache needs (§15.4.5)',
  async t => {
    const tag = found(request('/', ['Accept-Encoding: br'])).field('ETag')
    const again = found(request('/', ['Accept-Encoding: br', `If-None-Match: ${tag}`]))
    t.equal(again.status, 304)
    t.equal(again.body.length, 0)
    t.strictSame(again.fields, [
      ['ETag', tag],
      ['Cache-Control', 'no-cache'],
      ['Vary', 'Accept-Encoding'],
    ])
    const other = found(request('/', ['Accept-Encoding: gzip', `If-None-Match: ${tag}`]))
    t.equal(other.status, 200, 'another coding has another tag')
    const date = found(request('/')).field('Last-Modified')
    t.equal(date, 'Fri, 02 Jan 2026 03:04:05 GMT')
    t.equal(found(request('/', [`If-Modified-Since: ${date}`])).status, 304)
    t.equal(found(request('/', ['If-Modified-Since: Fri, 02 Jan 2026 03:04:04 GMT'])).status, 200)
    t.equal(found(request('/', [`If-None-Match: ${tag}`, 'Accept-Encoding: br'], 'HEAD')).status, 304, 'HEAD too')
  },
)

t.test('fileResponse() is 412 when If-Match names another version (§15.5.13)', async t => {
  t.equal(found(request('/', ['If-Match: "other"'])).status, 412)
  t.equal(found(request('/', ['If-Match: *'])).status, 200)
})

t.test('fileResponse() sends a range of the negotiated coding (§14, §15.3.7)', async t => {
  const whole = found(request('/app.js', ['Accept-Encoding: br']))
  t.equal(whole.field('Accept-Ranges'), 'bytes')
  const part = found(request('/app.js', ['Accept-Encoding: br', 'Range: bytes=2-5']))
  t.equal(part.status, 206)
  t.equal(part.field('Content-Range'), `bytes 2-5/${whole.body.length}`)
  t.strictSame(part.body, whole.body.subarray(2, 6))
  t.equal(part.field('ETag'), whole.field('ETag'))
  t.equal(part.field('Content-Encoding'), 'br')
})

t.test('fileResponse() sends a range only of the version that If-Range names (§13.1.5)', async t => {
  const tag = found(request('/app.js')).field('ETag')
  t.equal(found(request('/app.js', ['Range: bytes=5-', `If-Range: ${tag}`])).status, 206)
  t.equal(found(request('/app.js', ['Range: bytes=5-', 'If-Range: "older"'])).status, 200)
  t.equal(found(request('/app.js', ['Range: bytes=5-', `If-Range: ${tag}`, 'Accept-Encoding: br'])).status, 200)
})

t.test('fileResponse() is 416 with the length of the file when no octet of the range exists (§15.5.17)', async t => {
  const refused = found(request('/app.js', [`Range: bytes=${TEXT.length}-`]))
  t.equal(refused.status, 416)
  t.equal(refused.field('Content-Range'), `bytes */${TEXT.length}`)
})

t.test('fileResponse() ignores Range with HEAD, with a 304, and with several ranges (§14.2)', async t => {
  t.equal(found(request('/app.js', ['Range: bytes=0-1'], 'HEAD')).status, 200)
  const tag = found(request('/app.js')).field('ETag')
  t.equal(found(request('/app.js', ['Range: bytes=0-1', `If-None-Match: ${tag}`])).status, 304)
  t.equal(
    found(request('/app.js', ['Range: bytes=0-1,3-4'])).body.length,
    TEXT.length,
    'several ranges: the whole file',
  )
})

t.test('fileResponse() is 405 with Allow for other methods on a file (§15.5.6)', async t => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get']) {
    const refused = found(request('/app.js?v=1', [], method))
    t.equal(refused.status, 405, method)
    t.equal(refused.field('Allow'), 'GET, HEAD')
  }
})

t.test('fileResponse() is undefined for every other path, which goes to a backend', async t => {
  for (const method of ['POST', 'OPTIONS']) t.equal(request('/login', [], method), undefined)
  const strange = [
    '/App.js',
    '/app.js/',
    '//app.js',
    '/%61pp.js',
    '/./app.js',
    '/x/../app.js',
    '/app.js;v=1',
    '/constructor',
  ]
  for (const path of strange) t.equal(request(path), undefined, path)
  t.equal(found(request('/app.js?v=1')).status, 200, 'the query is not part of the file’s path')
  t.equal(found(request('/?/../../etc/passwd')).body.toString(), `<!doctype html>${TEXT}`)
})

t.test('fileResponse() sends Content-Security-Policy with documents, and only with documents', async t => {
  const page = found(request('/'))
  t.match(page.field('Content-Security-Policy'), /^default-src 'none'; script-src 'self';/)
  t.notMatch(page.field('Content-Security-Policy'), /unsafe|\*|https?:/)
  for (const name of ['Referrer-Policy', 'Permissions-Policy', 'X-Frame-Options']) t.ok(page.field(name), name)
  const script = found(request('/app.js'))
  t.equal(script.field('Content-Security-Policy'), undefined)
  for (const response of [page, script]) {
    t.equal(response.field('X-Content-Type-Options'), 'nosniff')
    t.equal(response.field('Cross-Origin-Resource-Policy'), 'same-origin')
    t.equal(response.field('Cache-Control'), 'no-cache')
  }
})

t.test('fileResponse() never throws, whatever the combination of conditional fields', async t => {
  const values = ['*', '"a"', 'W/"a"', '', 'bytes=0-', 'bytes=-1', ',', '\xff', 'br;q=0', '*;q=0', 'x'.repeat(300)]
  const names = ['Range', 'If-Range', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'Accept-Encoding']
  const statuses = new Set<number>()
  let seed = 4
  const next = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * limit)
  }
  for (let i = 0; i < 5000; i++) {
    const fields: Field[] = Array.from({ length: next(5) }, () => {
      const name = names[next(names.length)] as string
      return { name, key: name.toLowerCase(), value: values[next(values.length)] as string }
    })
    const head = { ...parseRequestHead('GET /app.js HTTP/1.1\r\nHost: a'), fields }
    const { status, body } = found(fileResponse(files, head, { epoch: () => NOW }))
    statuses.add(status)
    if (status === 304 && body.length > 0) t.fail('a 304 with a body')
  }
  t.strictSame([...statuses].sort(), [200, 206, 304, 406, 412])
})
