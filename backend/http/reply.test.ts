import t from 'tap'
import { instantText } from './reply.ts'

t.test('instantText() writes what Date writes, from the cache too (RFC 3339 §5.6)', async t => {
  for (let round = 0; round < 3; round++) {
    for (let epoch = 1_795_000_000_000; epoch < 1_795_000_001_500; epoch++) {
      const text = instantText(epoch)
      if (text !== new Date(epoch).toISOString()) return t.fail(`${epoch} is written ${text}`)
    }
  }
  t.equal(instantText(0), '1970-01-01T00:00:00.000Z')
  t.throws(() => instantText(Number.NaN), { name: 'RangeError' })
})
