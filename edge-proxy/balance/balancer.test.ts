import t from 'tap'
import type { Field } from '../http1/fields.ts'
import { Backend } from './backend.ts'
import { Balancer, explainChoice } from './balancer.ts'

function backends(count = 3): [Backend, Backend, Backend] {
  const made = Array.from({ length: count }, (_, i) => {
    const backend = new Backend({ name: `backend${i + 1}`, address: '127.0.0.1', port: 3000 + i, weight: 1 })
    backend.label = `Servidor ${i + 1}`
    backend.health = { healthy: true, known: true, disagreeing: 0 }
    return backend
  })
  return made as [Backend, Backend, Backend]
}

const cookie = (name: string): Field[] => [{ name: 'Cookie', key: 'cookie', value: `lab_backend=${name}` }]

function picks(balancer: Balancer, count: number, fields: Field[] = [], now = 0): string {
  return Array.from({ length: count }, () => balancer.choose(fields, [], now)?.backend.name.at(-1) ?? '-').join('')
}

t.test('Balancer.choose() skips backends that are down, draining, banned or in maintenance', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three])
  t.equal(picks(balancer, 6), '123123')
  two.leaving = true
  t.equal(picks(balancer, 4), '1313')
  two.leaving = false
  two.mode = 'drain'
  t.notMatch(picks(balancer, 4), /2/)
  two.mode = 'ready'
  two.ban = { failures: 0, times: 1, until: 1000, awaitsCheck: false }
  t.notMatch(picks(balancer, 4, [], 999), /2/)
  t.match(picks(balancer, 4, [], 1000), /2/)
})

t.test(
  'Balancer.choose() with least connections prefers fewer open requests, and takes turns among equals',
  async t => {
    const [one, two, three] = backends()
    const balancer = new Balancer([one, two, three], 'least-connections')
    one.active = 2
    t.equal(picks(balancer, 4), '2323')
  },
)

t.test('Balancer.choose() with sticky follows the cookie while its backend is available', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three], 'sticky')
  t.equal(picks(balancer, 4, cookie('backend3')), '3333')
  t.equal(balancer.choose(cookie('backend3'), [], 0)?.by, 'cookie')
  three.health = { healthy: false, known: true, disagreeing: 0 }
  t.notMatch(picks(balancer, 4, cookie('backend3')), /3/)
  t.equal(balancer.choose(cookie('unknown'), [], 0)?.by, 'sticky')
})

t.test('Balancer.choose() tries backends that are down in a panic, but not those in maintenance', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three])
  for (const backend of [one, two, three]) backend.health = { healthy: false, known: true, disagreeing: 0 }
  t.match(balancer.choose([], [], 0), { panic: true })
  two.mode = 'maintenance'
  three.health = { healthy: false, known: false, disagreeing: 0 }
  t.match(picks(balancer, 3), '111')
  t.equal(balancer.choose([], [one], 0), undefined)
})

t.test('explainChoice() says in one sentence which backend was picked and why others were skipped', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three])
  one.health = { healthy: false, known: true, disagreeing: 0 }
  one.lastCheck = { passed: false, text: 'L4CON connect ECONNREFUSED', at: 0, streak: 3, stranger: false }
  one.nextCheckAt = 4000
  const choice = balancer.choose([], [three], 0)
  t.equal(
    explainChoice([one, two, three], choice, [three], 0),
    'Servidor 2 was next; skipped Servidor 1: failed 3 checks (L4CON connect ECONNREFUSED), next try in 4.0 s; skipped Servidor 3: tried already',
  )
  t.match(explainChoice([one], undefined, [], 0), /^no backend is available; skipped Servidor 1: failed 3 checks/)
  three.ban = { failures: 0, times: 1, until: 2000, awaitsCheck: false }
  t.match(explainChoice([three], undefined, [], 0), /banned for 2\.0 s \(time 1\) because requests to it failed/)
  two.mode = 'maintenance'
  t.match(explainChoice([two], undefined, [], 0), /in maintenance/)
})

t.test('Balancer.choose() keeps sticky sessions on a backend in mode drain, and sends no new ones there', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three], 'sticky')
  three.mode = 'drain'
  t.equal(picks(balancer, 3, cookie('backend3')), '333')
  t.notMatch(picks(balancer, 6), /3/)
  three.mode = 'maintenance'
  t.notMatch(picks(balancer, 6, cookie('backend3')), /3/)
})

t.test('Balancer.choose() counts only backends in mode ready for a panic', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three])
  two.mode = 'maintenance'
  three.mode = 'drain'
  t.match(balancer.choose([], [], 0), { backend: { name: 'backend1' }, panic: false })
  one.mode = 'drain'
  t.equal(balancer.choose([], [], 0), undefined, 'all are in maintenance: none is picked, and there is no panic')
})

t.test('Balancer.choose() does not panic because backends are new', async t => {
  const members = backends(7)
  for (const backend of members.slice(1)) backend.health = { healthy: false, known: false, disagreeing: 0 }
  t.match(new Balancer(members).choose([], [], 0), { backend: { name: 'backend1' }, panic: false })
})

t.test('Balancer.choose() never picks an address where another program answers, not even in a panic', async t => {
  const [one, two, three] = backends()
  const balancer = new Balancer([one, two, three])
  for (const backend of [one, two, three]) backend.health = { healthy: false, known: true, disagreeing: 0 }
  two.lastCheck = { passed: false, text: 'L7RSP says it is "printer", not backend2', at: 0, streak: 1, stranger: true }
  t.equal(picks(balancer, 4), '1313')
})

t.test(
  'Balancer.choose() with least connections is fair in proportion to the weights, whatever the duration of requests',
  async t => {
    const members = backends()
    const [one, two, three] = members
    one.weight = 4
    two.weight = 2
    const balancer = new Balancer(members, 'least-connections')
    const taken = { backend1: 0, backend2: 0, backend3: 0 }
    const underWay: Backend[] = []
    for (let i = 0; i < 700; i++) {
      const backend = balancer.choose([], [], 0)?.backend as Backend
      backend.active++
      taken[backend.name as keyof typeof taken]++
      underWay.push(backend)
      const done = underWay.length > 28 ? underWay.shift() : undefined
      if (done) done.active--
    }
    t.ok(Math.abs(taken.backend1 - 400) < 20, `${taken.backend1} of 700 for weight 4 of 7`)
    t.ok(Math.abs(taken.backend2 - 200) < 20, `${taken.backend2} of 700 for weight 2 of 7`)
    t.equal(three.weight, 1)
  },
)
