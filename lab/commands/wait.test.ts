/**
 * Which programs check a machine, and how the state that they have seen is read. The command itself runs in the lessons (lessons/lessons.test.ts).
 */
import t from 'tap'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { checkersOf, seenState } from './wait.ts'

t.test('checkersOf(): DNS checks frontends, edge proxies check backends and applications', async t => {
  const map = networkMap('127.20.0')
  const checkers = (name: string) => checkersOf(map, hostNamed(map, name)).map(({ name }) => name)
  t.strictSame(checkers('frontend2'), ['ns1', 'ns2'])
  for (const name of ['backend1', 'ingressos2']) t.strictSame(checkers(name), ['frontend1', 'frontend2', 'frontend3'])
  t.strictSame(checkers('redis'), [])
})

t.test('seenState(): a machine that is going down still gets requests', async t => {
  const health = { frontends: [{ name: 'frontend2', healthy: false }] }
  t.equal(seenState('frontend2', { health }), 'down')
  t.equal(seenState('frontend1', { health }), undefined)
  for (const [state, seen] of [
    ['UP', 'up'],
    ['UP going down 1/2', 'up'],
    ['DOWN', 'down'],
    ['DOWN going up 1/2', 'down'],
  ] as const)
    t.equal(seenState('backend1', { backends: [{ name: 'backend1', state }] }), seen, state)
})
