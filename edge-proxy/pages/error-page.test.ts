import t from 'tap'
import { type LocalResponse, problemResponse } from '../downstream/local-response.ts'
import { FAILURES } from '../failures.ts'
import { receivedRequest } from '../testing/fakes.ts'
import { errorPages } from './error-page.ts'

const CHROMIUM = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'
const EDGE = { name: 'frontend1', serverName: 'Frontend 1', draining: false }

/** The page for an error; undefined when the client gets problem details. */
function pageFor(accept: string[], response: LocalResponse, unavailable?: string): string | undefined {
  const request = receivedRequest('GET /x HTTP/1.1', 'Host: a', ...accept.map(value => `Accept: ${value}`))
  return errorPages('127.20.0.20')(request, response, EDGE, unavailable)?.body.toString()
}
const failure = (name: keyof typeof FAILURES) =>
  problemResponse(FAILURES[name].status, FAILURES[name].why, { side: FAILURES[name].side, failure: name })

t.test('errorPages() is a page for clients that prefer HTML, and undefined for all others', async t => {
  const refused = failure('refused')
  t.match(pageFor([CHROMIUM], refused), /^<!doctype html>/)
  t.match(pageFor(['application/json;q=0.5', 'text/html'], refused), /^<!doctype html>/, 'two fields are one list')
  for (const accept of [[], ['*/*'], ['application/json'], ['application/problem+json, text/html'], ['text/html;q=0']])
    t.equal(pageFor(accept, refused), undefined, accept.join())
  t.equal(pageFor([CHROMIUM], { status: 200, fields: [], body: Buffer.alloc(0) }), undefined, 'not an error')
})

t.test('errorPages() explains each failure in both languages, with the request id for the logs', async t => {
  for (const name of Object.keys(FAILURES) as (keyof typeof FAILURES)[]) {
    const page = pageFor([CHROMIUM], failure(name)) ?? ''
    t.match(page, `>Erro ${FAILURES[name].status}<`, name)
    const [, portuguese = '', english = ''] =
      /role="alert"><span lang="pt-BR">(.+?)<\/span><span lang="en">(.+?)<\/span>/.exec(page) ?? []
    t.ok(portuguese.length > 20 && english.length > 20 && portuguese !== english, portuguese)
    t.notMatch(page, /\{\w+\}/, 'every value is filled in')
    t.equal(page.includes('<code>aula</code>'), FAILURES[name].status >= 500, 'the id only with an error of a server')
    t.notMatch(portuguese, FAILURES[name].why, 'no English in the Portuguese text')
  }
})

t.test('errorPages() names the command that starts a backend, for npm or for Docker Compose', async t => {
  const off = 'backend1;why=refused, backend2;why=timeout, backend3;why=drain'
  const page = pageFor([CHROMIUM], failure('no-backend'), off) ?? ''
  t.match(page, '<code>npm run lab -- start backend1</code>')
  t.match(page, '<code>npm run lab -- resume backend2</code>')
  t.match(page, '<b class="backend-name">backend3</b>')
  const compose = errorPages('172.20.0.20')(
    receivedRequest('GET /x HTTP/1.1', 'Host: a', 'Accept: text/html'),
    failure('no-backend'),
    EDGE,
    off,
  )
  t.match(compose?.body.toString(), '<code>docker compose start backend1</code>')
})

t.test('errorPages() names the command that starts an application', async t => {
  const { status, why, side } = FAILURES['not-running']
  const command = 'npm run lab -- start ingressos'
  const page = pageFor([CHROMIUM], problemResponse(status, `${why}: ${command}`, { side, failure: 'not-running' }))
  t.match(page, `<pre><code>${command}</code></pre>`)
})

t.test('errorPages() keeps the fields of the error, and adds those of a document', async t => {
  const limited = problemResponse(429, 'too many', {}, [['Retry-After', '7']])
  const request = receivedRequest('GET /x HTTP/1.1', 'Host: a', 'Accept: text/html')
  const shown = errorPages('127.20.0.20')(request, limited, EDGE, undefined)
  const fields = new Map(shown?.fields)
  t.equal(fields.get('Content-Type'), 'text/html; charset=utf-8')
  t.equal(fields.get('Retry-After'), '7')
  t.equal(fields.get('Cache-Control'), 'no-store')
  t.match(fields.get('Content-Security-Policy'), /^default-src 'none'/)
  t.match(shown?.body.toString(), 'Espere 7 s')
})
