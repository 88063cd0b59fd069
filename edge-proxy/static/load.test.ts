import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { withParts } from '#shared/page-parts.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange, statuses } from '../testing/raw-client.ts'
import { loadFolder } from './load.ts'

const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url))

t.test('loadFolder() lists every file by its path, and an index.html also by its folder', async t => {
  const files = await loadFolder(PUBLIC)
  for (const name of readdirSync(PUBLIC)) t.ok(files.has(`/${name}`), name)
  t.equal(files.get('/'), files.get('/index.html'))
  t.ok(files.get('/')?.codings.includes('br'))
  const content = files.get('/style.css')?.representations.get('identity')?.body.toString()
  t.equal(content, readFileSync(join(PUBLIC, 'style.css'), 'utf8'))
})

t.test('index.html obeys its Content-Security-Policy: nothing inline, nothing from other origins', async t => {
  const html = withParts(readFileSync(join(PUBLIC, 'index.html'), 'utf8'))
  t.notMatch(html, /<style|\sstyle=|\son[a-z]+=|javascript:/i)
  t.notMatch(html, /<script(?![^>]*\ssrc="\/)/i)
  t.notMatch(html, /(?:src|action)="(?!\/|#)[a-z]*:/i)
  t.notMatch(html, /<link[^>]*\shref="(?!\/)/i)
  t.notMatch(html, /<a[^>]*\shref="(?!\/|#|http:\/\/painel\.meutrabalho\.com\.br\/)/i, 'links lead to the lab')
})

t.test('loadFolder() leaves out hidden files and links', async t => {
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

t.test('loadFolder() never gives a file a date in the future (RFC 9110 §8.8.2.1)', async t => {
  const folder = t.testdir({ 'a.txt': 'a' })
  const tomorrow = new Date(Date.now() + 86_400_000)
  utimesSync(join(folder, 'a.txt'), tomorrow, tomorrow)
  const file = (await loadFolder(folder)).get('/a.txt')?.representations.get('identity')
  t.ok(file && file.lastModified <= Date.now())
})

t.test('no path in a request leads out of the folder', async t => {
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
    // Not a file: forwarded (503, because there is no backend here), or refused as an invalid target (400).
    t.match(statuses(received)[0], /^(?:400|503)$/, target)
    t.notMatch(received, /root:|import /)
  }
})

t.test('GET, HEAD, 304 and 206 on one connection: each head matches the octets that follow', async t => {
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
  t.match(received, /Content-Range: bytes 0-1\/\d+\r\n[\s\S]*?\r\n\r\n\x1f\x8b/, 'a range of the gzip form')
  t.ok(received.includes(`Content-Length: ${length}\r\n`))
  t.notMatch(received.split('HTTP/1.1 304')[1]?.split('HTTP/1.1')[0], /Content-Length|Content-Type/)
})
