import t from 'tap'
import { EventStream } from './event-stream.ts'

const frame = (id: number) => `id: ${id}\nevent: edge.pick\ndata: ${JSON.stringify({ id, text: 'a\n\nb' })}\n\n`

t.test('EventStream reads events however the text is cut', async t => {
  const text = `: watching\n\n${frame(1)}${frame(2)}${frame(3)}`
  for (const size of [1, 2, 7, 50, text.length]) {
    const stream = new EventStream()
    const events: { id: number }[] = []
    for (let at = 0; at < text.length; at += size) events.push(...stream.push(text.slice(at, at + size)))
    t.strictSame(
      events.map(({ id }) => id),
      [1, 2, 3],
      `pieces of ${size}`,
    )
  }
})

t.test('EventStream throws for data that is not JSON', async t => {
  t.throws(() => new EventStream().push('data: {\n\n'), { name: 'SyntaxError' })
})
