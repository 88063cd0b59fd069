import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Attention } from './attention.ts'

function attention() {
  const clock = new FakeClock()
  const said: string[] = []
  const used = new Attention(
    clock,
    () => said.push('begin'),
    () => said.push('end'),
  )
  return { clock, said, used }
}

t.test('Attention: a request counts for two minutes', async t => {
  const { clock, said, used } = attention()
  t.notOk(used.on)
  used.touch()
  clock.advance(100_000)
  used.touch()
  clock.advance(119_999)
  t.strictSame([used.on, said], [true, ['begin']])
  clock.advance(1)
  t.strictSame([used.on, said], [false, ['begin', 'end']])
  used.touch()
  t.strictSame(said, ['begin', 'end', 'begin'])
})

t.test('Attention: an open page counts as long as it is open', async t => {
  const { clock, said, used } = attention()
  const close = used.hold()
  clock.advance(1_000_000)
  t.ok(used.on)
  close()
  close()
  clock.advance(119_999)
  t.ok(used.on)
  clock.advance(1)
  t.strictSame(said, ['begin', 'end'])
})
