import t from 'tap'
import { FakeClock } from './clock.ts'
import { DNS_FAULTS, HTTP_FAULTS } from './fault-body.ts'
import { Faults, type FaultsOptions, meets } from './faults.ts'

function faultsWith(options: Partial<FaultsOptions> = {}) {
  const faults = new Faults({
    vocabulary: HTTP_FAULTS,
    allowed: true,
    clock: new FakeClock(),
    random: () => 0,
    ...options,
  })
  return { faults, post: (body: unknown) => faults.routes['POST /faults']?.(body) }
}

t.test('meets() compares path, client and share', async t => {
  const request = { target: '/perfil', clients: ['127.0.0.1', '127.20.0.20'] }
  t.ok(meets({ kind: 'hang', share: 1 }, request, 0.99))
  t.ok(meets({ kind: 'hang', share: 1, path: '/perfil' }, request, 0))
  t.ok(meets({ kind: 'hang', share: 1, path: '/per*' }, request, 0))
  t.ok(meets({ kind: 'hang', share: 1, path: '*fil' }, request, 0))
  t.notOk(meets({ kind: 'hang', share: 1, path: '/perf*rfil' }, request, 0), 'the two parts do not overlap')
  t.notOk(meets({ kind: 'hang', share: 1, path: '/per' }, request, 0), 'without * the whole path is compared')
  t.ok(meets({ kind: 'hang', share: 1, client: '127.20.0.20' }, request, 0))
  t.notOk(meets({ kind: 'hang', share: 1, client: '127.0.0.2' }, request, 0))
  t.ok(meets({ kind: 'hang', share: 0.5 }, request, 0.49))
  t.notOk(meets({ kind: 'hang', share: 0.5 }, request, 0.5))
  t.notOk(meets({ kind: 'reset', share: 1 }, { ...request, datagram: true }, 0))
})

t.test('Faults.metBy() compares names without regard to case, with or without the last dot', async t => {
  const { faults, post } = faultsWith({ vocabulary: DNS_FAULTS })
  await post({ kind: 'hang', name: 'www.meutrabalho.com.br' })
  t.equal(faults.metBy({ target: 'WWW.Meutrabalho.com.br.', clients: [] })?.kind, 'hang')
  t.equal(faults.metBy({ target: 'www2.meutrabalho.com.br.', clients: [] }), undefined)
})

t.test(
  'POST /faults adds a fault, replaces the one of the same kind for the same requests, and ends all with none',
  async t => {
    const { faults, post } = faultsWith()
    let changes = 0
    faults.onChange(() => changes++)
    t.notOk(faults.inForce)
    t.strictSame(await post({ kind: 'slow', ms: 5 }), { faults: [{ kind: 'slow', share: 1, ms: 5 }] })
    t.strictSame(await post({ kind: 'slow', ms: 9 }), { faults: [{ kind: 'slow', share: 1, ms: 9 }] })
    t.notOk(faults.refuses)
    await post({ kind: 'refuse' })
    t.ok(faults.refuses)
    t.equal(faults.metBy({ target: '/', clients: ['::1'] })?.kind, 'slow')
    t.strictSame(faults.routes['GET /faults']?.(undefined), {
      allowed: true,
      faults: [
        { kind: 'slow', share: 1, ms: 9 },
        { kind: 'refuse', share: 1 },
      ],
    })
    t.strictSame(await post({ kind: 'none' }), { faults: [] })
    t.notOk(faults.inForce)
    t.equal(changes, 4)
  },
)

t.test('POST /faults is 403 without LAB_FAULTS; GET /faults is answered', async t => {
  const { faults, post } = faultsWith({ allowed: false })
  t.throws(() => post({ kind: 'hang' }), { name: 'AdminError', status: 403, message: /LAB_FAULTS=0/ })
  t.notOk(faults.inForce)
  t.strictSame(faults.routes['GET /faults']?.(undefined), { allowed: false, faults: [] })
})

t.test('a fault with seconds ends by itself', async t => {
  const clock = new FakeClock()
  const { faults, post } = faultsWith({ clock })
  await post({ kind: 'hang', seconds: 2 })
  await post({ kind: 'drop', seconds: 5 })
  clock.advance(1_999)
  t.equal(faults.list.length, 2)
  clock.advance(1)
  t.strictSame(
    faults.list.map(({ kind }) => kind),
    ['drop'],
  )
  clock.advance(3_000)
  t.notOk(faults.inForce)
})

t.test('Faults.hang(): what hangs is closed when the faults of that kind end', async t => {
  const { faults, post } = faultsWith()
  const closed: string[] = []
  await post({ kind: 'hang' })
  faults.hang(() => closed.push('first'))
  const forget = faults.hang(() => closed.push('second'))
  forget()
  await post({ kind: 'slow', ms: 1 })
  t.strictSame(closed, [], 'a fault of that kind is still in force')
  faults.clear()
  t.strictSame(closed, ['first'])
})

t.test('the number of faults is bounded', async t => {
  const { faults, post } = faultsWith({ vocabulary: DNS_FAULTS })
  for (let n = 0; n < 20; n++) await post({ kind: 'drop', name: `host${n}.example` })
  t.throws(() => post({ kind: 'drop', name: 'one-more.example' }), { status: 409, message: /which is the limit/ })
  t.equal(faults.list.length, 20)
})
