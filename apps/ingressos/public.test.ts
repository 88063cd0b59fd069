import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { withParts } from '#shared/page-parts.ts'
import { type SaleState, stepOf, textOf, troubleIn } from './public/steps.js'

const OWN = 'apps/ingressos/public'
const EVENT = { id: 1, nome: 'Show', total: 10, disponiveis: 4, reservados: 2, vendidos: 4 }
const STATE: SaleState = {
  loggedIn: true,
  event: EVENT,
  standing: null,
  reservation: null,
  trouble: null,
  secondsLeft: 0,
}

t.test('the page, with its style sheet and icon, is smaller than 60 KB', async t => {
  const files = readdirSync(OWN).map(name => join(OWN, name))
  const shared = ['style.css', 'favicon.svg', 'dom.js', 'forms.js', 'language.js', 'storage.js']
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

t.test('troubleIn() says how many seats are left when they are fewer than were asked for', async t => {
  t.strictSame(troubleIn(409, { esgotado: false, disponiveis: 2 }), { text: 'fewLeft', values: { left: 2 } })
  t.equal(troubleIn(409, { esgotado: true, disponiveis: 0 }), null, 'the step says that everything is sold')
  t.match(
    [0, 503, 429].map(status => troubleIn(status, null)?.text),
    ['connection', 'connection', 'limited'],
  )
  t.equal(troubleIn(201, {}), null)
})

t.test('textOf() fills every value in, in both languages', async t => {
  const values = { position: 3, seconds: 9, quantity: 2, reserved: 1, left: 4, total: 10, path: 'frontend1' }
  for (const name of ['waiting', 'reserved', 'comeBack', 'seats', 'connection', 'fewLeft', 'servedBy'] as const)
    for (const text of textOf(name, values)) t.notMatch(text, /[{}]/, text)
})

t.test('index.html has every element that sale.js looks for, and nothing inline', async t => {
  const page = withParts(readFileSync(join(OWN, 'index.html'), 'utf8'))
  const script = readFileSync(join(OWN, 'sale.js'), 'utf8')
  for (const [, id = ''] of script.matchAll(/(?:byId|show|onSubmit)\('([\w-]+)'/g)) t.match(page, `id="${id}"`, id)
  t.notMatch(page, /<style|style=|onclick=|<script>/)
})
