/**
 * The page without a browser: its pure functions.
 */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { withParts } from '#shared/page-parts.ts'

/** The page's modules are JavaScript, checked by tsconfig.page.json; imported here, they have no types. */
const load = (file: string) => import(new URL(`./public/${file}`, import.meta.url).href)
const { placeOf, refusalOf, stepsOf } = await load('place.js')
const { WORDS } = await load('words.js')

const received = { estado: 'recebido', por: 'acesso', em: '2026-01-01T00:00:00.000Z' }
const waiting = (consumidores: string[]) => ({
  status: 200,
  body: {
    estado: 'recebido',
    historico: [received],
    espera: { fila: 'cadastros', grupo: 'orquestrador', consumidores },
  },
})

t.test('placeOf() says where a sign-up waits, and the command that starts the process that is missing', async t => {
  const of = (response: object, id: string | null = 'x') => {
    const { text, command, final } = placeOf(id, response)
    return [text, command, final]
  }
  t.strictSame(of({ status: 0 }, null), ['placeNone', '', false])
  t.strictSame(of(waiting(['orquestrador'])), ['placeRead', '', false])
  t.strictSame(of(waiting([])), ['placeUnread', 'npm run lab -- start orquestrador', false])
  t.strictSame(of({ status: 200, body: { estado: 'em-analise' } }), ['placeReview', '', false])
  t.strictSame(of({ status: 200, body: { estado: 'aprovado' } }), ['placeApproved', '', true])
  t.strictSame(of({ status: 200, body: { estado: 'recusado' } }), ['placeRefused', '', true])
  t.strictSame(of({ status: 404 }), ['placeUnknown', '', true])
  t.strictSame(of({ status: 503 }), ['placeNoAnswer', 'npm run lab -- start cadastro', false])
})

t.test('stepsOf() has three steps, with the time of those that are reached', async t => {
  const reached = (signUp?: object) =>
    stepsOf(signUp).map(({ state, at }: Record<string, string>) => [state, at !== ''])
  t.strictSame(reached(), [
    ['recebido', false],
    ['em-analise', false],
    ['decisao', false],
  ])
  const refused = { estado: 'recusado', por: 'ana', em: '2026-01-01T00:00:02.000Z' }
  t.strictSame(reached({ estado: 'recusado', historico: [received, refused] }), [
    ['recebido', true],
    ['em-analise', false],
    ['recusado', true],
  ])
})

t.test('refusalOf() has a sentence for every field, and one for everything else', async t => {
  for (const field of ['username', 'nome', 'email', 'password']) {
    t.strictSame(refusalOf({ status: 400, body: { errors: [{ field }] } }), { text: `bad-${field}`, field })
    t.equal(WORDS[`bad-${field}`]?.length, 2)
  }
  t.equal(refusalOf({ status: 422, body: { field: 'password' } }).text, 'bad-password')
  t.equal(refusalOf({ status: 409, body: { field: 'email' } }).text, 'taken-email')
  t.strictSame(refusalOf({ status: 503, body: undefined }), { text: 'unavailable', field: '' })
  t.strictSame(refusalOf({ status: 400, body: { errors: [{ field: 'toString' }] } }).field, '')
})

t.test('every text has two languages with the same values in them', async t => {
  for (const [name, texts] of Object.entries<string[]>(WORDS)) {
    const [pt = '', en = ''] = texts.map(text => [...text.matchAll(/\{\w+\}/g)].sort().join())
    t.equal(texts.length, 2, name)
    t.equal(pt, en, name)
  }
})

t.test('index.html has every element that the scripts ask for, and nothing inline', async t => {
  const html = withParts(readFileSync(new URL('./public/index.html', import.meta.url), 'utf8'))
  for (const file of readdirSync(new URL('./public/', import.meta.url)).filter(name => name.endsWith('.js'))) {
    const script = readFileSync(new URL(`./public/${file}`, import.meta.url), 'utf8')
    for (const [, id = ''] of script.matchAll(/(?:byId|onSubmit|setText|showTrouble)\('([\w-]+)'/g))
      t.match(html, `id="${id}"`, `${file}: ${id}`)
  }
  t.notMatch(html, /<style|style=|onclick=|<script>/)
})
