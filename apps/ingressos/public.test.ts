import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { withParts } from '#shared/page-parts.ts'
import { emptyListText, refusalIn, type SaleState, seatsOf, stepOf, troubleIn } from './public/steps.js'
import { WORDS } from './public/words.js'

const OWN = 'apps/ingressos/public'
const EVENT = { id: 1, nome: 'Show', total: 10, disponiveis: 4, reservados: 2, vendidos: 4 }
const STATE: SaleState = {
  loggedIn: true,
  event: EVENT,
  standing: null,
  reservation: null,
  secondsLeft: 0,
}

t.test('the page, with its style sheet and icon, is smaller than 60 KB', async t => {
  const files = readdirSync(OWN).map(name => join(OWN, name))
  const shared = [
    'colours.css',
    'style.css',
    'favicon.svg',
    'dom.js',
    'fill.js',
    'forms.js',
    'language.js',
    'storage.js',
  ]
  const octets = [...files, ...shared.map(name => join('edge-proxy/public', name))].map(file => statSync(file).size)
  t.ok(octets.reduce((sum, size) => sum + size) < 60_000, octets.join())
})

t.test('stepOf() offers the step that is possible', async t => {
  const of = (change: Partial<SaleState>) => {
    const { form, text } = stepOf({ ...STATE, ...change })
    return [form, text]
  }
  const standing = { posicao: 3, admitido: false, aFrente: 2, esperaSegundos: 1 }
  t.strictSame(of({ loggedIn: false }), [null, 'logIn'])
  t.strictSame(of({}), ['join', 'join'])
  t.strictSame(of({ standing }), [null, 'waiting'])
  t.strictSame(of({ standing: { ...standing, admitido: true } }), ['reserve', 'yourTurn'])
  t.strictSame(of({ reservation: { id: 1, quantidade: 2 }, secondsLeft: 9 }), ['buy', 'reserved'])
  t.strictSame(of({ reservation: { id: 1, quantidade: 2 } }), ['join', 'over'], 'a new turn')
  t.strictSame(of({ event: { ...EVENT, disponiveis: 0 } }), [null, 'comeBack'], 'reserved seats may come back')
  t.strictSame(of({ event: { ...EVENT, vendidos: 10 } }), [null, 'soldOut'])
})

t.test('troubleIn() tells a missing response from a response 5xx', async t => {
  const texts = [0, 503, 500, 429, 404, 409, 201].map(status => troubleIn(status)?.text)
  t.strictSame(texts, ['connection', 'unavailable', 'unavailable', 'limited', undefined, undefined, undefined])
})

t.test('refusalIn() says how many seats are left when they are fewer than were asked for', async t => {
  t.strictSame(refusalIn(409, { esgotado: false, disponiveis: 2 }), { text: 'fewLeft', values: { left: 2 } })
  t.equal(refusalIn(409, { esgotado: true, disponiveis: 0 }), null, 'the step says that everything is sold')
  t.equal(refusalIn(201, {}), null)
})

t.test('emptyListText() distinguishes no event, no response, and not asked yet', async t => {
  t.strictSame([[], null, undefined, [EVENT]].map(emptyListText), ['noEvents', 'noList', null, null])
})

t.test('seatsOf() says that an event is sold out only when no seat may come back', async t => {
  const reserved = { ...EVENT, disponiveis: 0, reservados: 6 }
  t.strictSame(seatsOf(reserved), { text: 'seats', values: { left: 0, total: 10 } })
  t.equal(seatsOf({ ...EVENT, disponiveis: 0, reservados: 0, vendidos: 10 }).text, 'noSeats')
})

t.test('every text has two languages with the same values in them', async t => {
  for (const [name, texts] of Object.entries<string[]>(WORDS)) {
    const [pt = '', en = ''] = texts.map(text => [...text.matchAll(/\{\w+\}/g)].sort().join())
    t.equal(texts.length, 2, name)
    t.equal(pt, en, name)
  }
})

t.test('index.html has every element that sale.js looks for, and nothing inline', async t => {
  const page = withParts(readFileSync(join(OWN, 'index.html'), 'utf8'))
  const script = readFileSync(join(OWN, 'sale.js'), 'utf8')
  for (const [, id = ''] of script.matchAll(/(?:byId|show|onSubmit)\('([\w-]+)'/g)) t.match(page, `id="${id}"`, id)
  t.notMatch(page, /<style|style=|onclick=|<script>/)
})
