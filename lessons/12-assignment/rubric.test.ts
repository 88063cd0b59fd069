import t from 'tap'
import { pointsOf } from '../grading/grade.ts'
import type { ObservedTarget } from './observe-target.ts'
import { rubricItems } from './rubric.ts'
import { isAllowed, parseTarget } from './target.ts'

const page = (n: number, body: string, status = 200) => ({ place: `10.0.0.${n}:80`, status, body })
const RIGHT: ObservedTarget = {
  answers: Array.from({ length: 9 }, (_, i) => [0, 1, 2].map(n => `10.0.0.${1 + ((i + n) % 3)}`)),
  ttl: 5,
  pages: [1, 2, 3].map(n => page(n, `<h1>web${n}</h1> bem-vindo`)),
  pagesAgain: [1, 2, 3].map(n => page(n, `<h1>web${n}</h1> olá`)),
  loginStatus: 303,
  profiles: [1, 2, 3].map(n => page(n, '{"user":"ana"}')),
  withoutOne: [1, 3, 1].map(n => page(n, '{"user":"ana"}')),
}
const lost = (change: Partial<ObservedTarget>) =>
  rubricItems({ ...RIGHT, ...change }, 'ana').flatMap(({ title, points, max }) =>
    points < max ? [[title, points]] : [],
  )

t.test('rubricItems() gives a complete system ten points', async t => {
  t.strictSame(pointsOf({ items: rubricItems(RIGHT, 'ana') }), { points: 10, max: 10 })
})

t.test('rubricItems(): usual mistakes, each with its own item', async t => {
  t.match(
    lost({ answers: RIGHT.answers.map(() => ['10.0.0.1', '10.0.0.2', '10.0.0.3']) }),
    [[/outro endereço/, 0]],
    'no rotation',
  )
  const shuffled = [0, 2, 1, 0, 0, 1, 2, 2, 1].map(n => [n, (n + 1) % 3, (n + 2) % 3].map(m => `10.0.0.${m + 1}`))
  t.match(lost({ answers: shuffled }), [[/outro endereço/, 0.5]], 'a shuffle')
  t.match(lost({ ttl: 3600 }), [[/TTL/, 0]], 'a high TTL')
  t.match(lost({ pages: RIGHT.pages.map(({ place }) => ({ place, status: 200, body: 'bem-vindo' })) }), [
    [/nome da própria máquina/, 0],
  ])
  t.match(
    lost({ profiles: [page(1, 'ana'), page(2, 'entrar', 401), page(3, 'ana')] }),
    [[/sessão/, 0]],
    'sessions in memory',
  )
  t.match(
    lost({ withoutOne: [page(1, 'ana'), page(2, '', 0)] }),
    [[/máquina desligada/, 0]],
    'a dead machine is noticed',
  )
  t.match(
    lost({ answers: RIGHT.answers.map(() => ['10.0.0.1']) }),
    [[/três endereços/], [/outro endereço/]],
    'one address',
  )
})

t.test('parseTarget() refuses addresses that are not private (RFC 1918 §3)', async t => {
  for (const address of ['127.0.0.1', '10.1.2.3', '172.20.0.5', '192.168.1.1']) t.ok(isAllowed(address), address)
  for (const address of ['8.8.8.8', '172.32.0.1', '192.0.2.5', '::1', 'localhost', ''])
    t.notOk(isAllowed(address), address)
  t.throws(() => parseTarget({ target: '8.8.8.8' }), /só endereços privados/)
  t.throws(() => parseTarget({ target: '10.0.0.1', machines: '10.0.0.2,1.1.1.1' }), /só endereços privados/)
  t.match(parseTarget({ target: '127.0.0.1:5300' }), {
    dns: { address: '127.0.0.1', port: 5300 },
    httpPort: 80,
    machines: [],
  })
})
