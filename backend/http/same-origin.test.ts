import t from 'tap'
import { forgery } from './same-origin.ts'

const post = { method: 'POST', host: 'www.meutrabalho.com.br', origin: undefined, fetchSite: undefined }

t.test('forgery() allows our own pages, typed addresses and programs', async t => {
  t.equal(forgery({ ...post, fetchSite: 'same-origin', origin: 'http://www.meutrabalho.com.br' }), undefined)
  t.equal(forgery({ ...post, fetchSite: 'none' }), undefined)
  t.equal(forgery({ ...post, origin: 'http://www.meutrabalho.com.br' }), undefined)
  t.equal(forgery({ ...post, host: '127.0.0.1:8081', origin: 'http://127.0.0.1:8081' }), undefined)
  t.equal(forgery({ ...post, host: 'a:', origin: 'http://a' }), undefined, 'an empty port equals none')
  t.equal(forgery({ ...post, host: 'a:80', origin: 'http://a' }), undefined)
  t.equal(forgery({ ...post, host: 'a', origin: 'https://a' }), undefined, 'behind a proxy that uses TLS')
  t.equal(forgery(post), undefined, 'curl')
})

t.test('forgery() refuses changes that a page of another site requests', async t => {
  t.match(forgery({ ...post, fetchSite: 'cross-site' }), /Sec-Fetch-Site is "cross-site"/)
  t.match(forgery({ ...post, fetchSite: 'same-site' }), /same-site/, 'a sibling domain is another origin')
  t.match(forgery({ ...post, fetchSite: 'same-origin, cross-site' }), /Sec-Fetch-Site/, 'sent twice')
  t.match(forgery({ ...post, origin: 'http://evil.example' }), /Origin is "http:\/\/evil.example"/)
  t.match(forgery({ ...post, origin: 'null' }), /Origin is "null"/, 'a sandboxed frame')
  t.match(forgery({ ...post, origin: 'http://www.meutrabalho.com.br.evil.example' }), /Origin/)
  t.match(forgery({ ...post, host: 'a', origin: 'https://a:80' }), /Origin/, 'another port')
  t.match(forgery({ ...post, host: undefined, origin: 'http://www.meutrabalho.com.br' }), /Origin/)
})

t.test('forgery() allows safe methods from any site (RFC 9110 §9.2.1)', async t => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    t.equal(forgery({ ...post, method, fetchSite: 'cross-site', origin: 'http://evil.example' }), undefined)
  }
})
