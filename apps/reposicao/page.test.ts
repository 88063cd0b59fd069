/**
 * The page without a browser: its pure functions.
 */
import { hash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { withParts } from '#shared/page-parts.ts'
import { judgeDelete, judgeStep, REQUESTED_STATES, TICKET_STATES, URGENCIES } from './ticket.ts'

/** The page's modules are JavaScript, checked by tsconfig.page.json; imported here, they have no types. */
const load = (file: string) => import(new URL(`./public/${file}`, import.meta.url).href)

t.test('sha256() is the one of node:crypto, for every length up to two blocks', async t => {
  const { sha256 } = await load('sha256.js')
  const wrong = Array.from({ length: 130 }, (_, length) => randomBytes(length)).filter(
    octets => Buffer.from(sha256(octets)).toString('hex') !== hash('sha256', octets),
  )
  t.strictSame(wrong, [])
  t.equal(
    Buffer.from(sha256(new TextEncoder().encode('abc')))
      .toString('hex')
      .slice(0, 16),
    'ba7816bf8f01cfea',
    'FIPS 180-4',
  )
})

t.test('EventReader finds the events, wherever the pieces end', async t => {
  const { EventReader } = await load('event-stream.js')
  const text =
    'retry: 2000\nid: 1-0\nevent: inicio\ndata: {}\n\n: vivo\n\nid: 2-0\nevent: ticket\ndata: {"a": "b: c"}\n\n'
  for (const size of [1, 7, 1000]) {
    const reader = new EventReader()
    const events = text.match(new RegExp(`[^]{1,${size}}`, 'g'))?.flatMap(piece => reader.read(piece))
    t.strictSame(events, [
      { id: '1-0', type: 'inicio', data: '{}' },
      { id: '2-0', type: 'ticket', data: '{"a": "b: c"}' },
    ])
  }
})

t.test('stepsOf() has a button for each step that the server allows', async t => {
  const { stepsOf } = await load('steps.js')
  for (const [isPharmacy, role] of [
    [true, 'farmacia'],
    [false, 'setor'],
  ] as const) {
    for (const from of TICKET_STATES) {
      const allowed: string[] = REQUESTED_STATES.filter(
        to => judgeStep({ id: 1, username: 'x', role }, from, to).kind === 'allowed',
      )
      if (judgeDelete(from).kind === 'allowed') allowed.push('delete')
      t.strictSame(stepsOf(from, isPharmacy).toSorted(), allowed.toSorted(), `${role}: ${from}`)
    }
  }
})

t.test('every state, urgency and button has its words in both languages', async t => {
  const { WORDS } = await load('words.js')
  for (const name of [
    ...TICKET_STATES,
    ...URGENCIES,
    'apagado',
    ...[...REQUESTED_STATES, 'delete'].map(step => `do-${step}`),
  ]) {
    t.equal(WORDS[name]?.length, 2, name)
  }
})

t.test('app.js finds every element that it asks for', async t => {
  const html = withParts(readFileSync(new URL('./public/index.html', import.meta.url), 'utf8'))
  const script = readFileSync(new URL('./public/app.js', import.meta.url), 'utf8')
  for (const [, id = ''] of script.matchAll(/(?:byId|onSubmit)\('([\w-]+)'\)/g))
    t.match(html, new RegExp(`id="${id}"`), id)
})
