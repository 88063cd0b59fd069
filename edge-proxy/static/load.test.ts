import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openEdge } from '../testing/edge.ts'
import { exchange, statuses } from '../testing/raw-client.ts'
import { loadFolder } from './load.ts'

const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url))

t.test('loadFolder() finds every file by its path, and an index.html by its folder', async t => {
  const files = await loadFolder(PUBLIC)
  for (const name of readdirSync(PUBLIC)) t.ok(files.has(`/${name}`), name)
  t.equal(files.get('/'), files.get('/index.html'))
  t.ok(files.get('/')?.codings.includes('br'))
  const content = files.get('/style.css')?.representations.get('identity')?.body.toString()
  t.equal(content, readFileSync(join(PUBLIC, 'style.css'), 'utf8'))
})

t.test('the page keeps to its Content-Security-Policy: nothing inline, nothing from elsewhere', async t => {
  const html = readFileSync(join(PUBLIC, 'index.html'), 'utf8')
  t.notMatch(html, /<style|\sstyle=|\son[a-z]+=|javascript:/i)
  t.notMatch(html, /<script(?![^>]*\ssrc="\/)/i)
  t.notMatch(html, /(?:src|href|action)="(?!\/|#)[a-z]*:/i)
})

t.test('loadFolder() leaves out what is hidden, and links that lead out of the folder', async t => {
  const folder = t.testdir({
    public: { 'a.txt': 'a', '.env': 'secret', '.git': { config: 'secret' } },
    outside: 'secret',
  })
  const published = join(folder, 'public')
  mkdirSync(join(published, 'sub', 'deep'), { recursive: true })
  writeFileSync(join(published, 'sub', 'deep', 'index.html'), 'deep')
  symlinkSync(join(folder, 'outside'), join(published, 'link'))
  symlinkSync('/', join(published, 'root'))
  t.strictSame([...(await loadFolder(published)).keys()].sort(), ['/a.txt', '/sub/deep/', '/sub/deep/index.html'])
})

t.test('loadFolder() dates no file later than now (RFC 9110 §8.8.2.1)', async t => {
  const folder = t.testdir({ 'a.txt': 'a' })
  const tomorrow = new Date(Date.now() + 86_400_000)
  utimesSync(join(folder, 'a.txt'), tomorrow, tomorrow)
  const file = (await loadFolder(folder)).get('/a.txt')?.representations.get('identity')
  t.ok(file && file.lastModified <= Date.now())
})

t.test('no path leads out of the folder, on the wire', async t => {
  const { port } = await openEdge(t, [], { files: await loadFolder(PUBLIC) })
  const targets = [
    '/../edge.ts',
    '/../../../../../../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..\\..\\etc\\passwd',
    '/public/../main.ts',
    '//etc/passwd',
    '/index.html%00.css',
    '/index.html/',
    '/./index.html',
    '/__proto__',
    '/toString',
    'http://a/../main.ts',
  ]
  for (const target of targets) {
    const received = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    // No file: asked of a backend, of which there is none here, or refused as no target at all.
    t.match(statuses(received)[0], /^(?:400|503)$/, target)
    t.notMatch(received, /root:|import /)
  }
})

t.test('GET, HEAD, 304 and 206 on the wire: the head says what follows, and the connection stays in step', async t => {
  const { port } = await openEdge(t, [], { files: await loadFolder(PUBLIC) })
  const fields = 'Host: a\r\nAccept-Encoding: gzip\r\n'
  const head = await exchange(port, `HEAD /app.js HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`)
  const [, tag = ''] = /\r\nETag: (\S+)/.exec(head) ?? []
  const [, length = ''] = /\r\nContent-Length: (\d+)/.exec(head) ?? []
  t.ok(head.endsWith('\r\n\r\n'), 'HEAD has no body')
  const received = await exchange(
    port,
    `HEAD /app.js HTTP/1.1\r\n${fields}\r\n` +
      `GET /app.js HTTP/1.1\r\n${fields}If-None-Match: ${tag}\r\n\r\n` +
      `GET /app.js HTTP/1.1\r\n${fields}Range: bytes=0-1\r\n\r\n` +
      `GET /app.js HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`,
  )
  t.strictSame(
    [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['200', '304', '206', '200'],
  )
  t.match(received, /Content-Range: bytes 0-1\/\d+\r\n[\s\S]*?\r\n\r\n\x1f\x8b/, 'a part of the gzip form')
  t.ok(received.includes(`Content-Length: ${length}\r\n`))
  t.notMatch(received.split('HTTP/1.1 304')[1]?.split('HTTP/1.1')[0], /Content-Length|Content-Type/)
})
