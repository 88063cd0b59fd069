import t from 'tap'
import { backendsFrom } from './backends.ts'

const found = (address: string, hostname?: string) => ({ address, hostname })
const ONE = { name: 'backend1', address: '172.20.0.10', port: 3000, weight: 1 }
const TWO = { name: 'backend2', address: '172.20.0.11', port: 3000, weight: 1 }

t.test('backendsFrom() gives the same list, whatever the order of the answer', async t => {
  const one = found('172.20.0.10', 'backend1.meutrabalho.com.br')
  const two = found('172.20.0.11', 'backend2.meutrabalho.com.br')
  t.strictSame(backendsFrom([one, two], 3000), [ONE, TWO])
  t.strictSame(backendsFrom([two, one], 3000), [ONE, TWO])
  t.strictSame(backendsFrom([two, one, two], 3000), [ONE, TWO], 'each address once')
})

t.test('backendsFrom() sorts addresses as numbers, not as text', async t => {
  const list = backendsFrom([found('10.0.0.10'), found('10.0.0.9'), found('9.0.0.11')], 80)
  t.strictSame(
    list.map(({ address }) => address),
    ['9.0.0.11', '10.0.0.9', '10.0.0.10'],
  )
})

t.test('backendsFrom() names a backend by its address when it has no name, or the name of another one', async t => {
  const list = backendsFrom([found('10.0.0.1'), found('10.0.0.2', 'b.x'), found('10.0.0.3', 'b.y')], 80)
  t.strictSame(
    list.map(({ name }) => name),
    ['10.0.0.1:80', 'b', '10.0.0.3:80'],
  )
})

t.test('backendsFrom() accepts only names that are safe in fields and cookies', async t => {
  for (const hostname of [
    'a\r\nX-Evil: 1.x',
    'a;b.x',
    'a b.x',
    'ação.x',
    '-a.x',
    '',
    '.',
    'a_b.x',
    `${'x'.repeat(64)}.x`,
  ]) {
    t.equal(backendsFrom([found('10.0.0.1', hostname)], 80)[0]?.name, '10.0.0.1:80', JSON.stringify(hostname))
  }
})
