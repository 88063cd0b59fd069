import t from 'tap'
import { faultText, type SoakFault, soakFaults } from './soak-faults.ts'

const HOSTS = ['frontend1', 'backend1', 'redis']

function first(seed: number, count: number): SoakFault[] {
  const faults = soakFaults(seed, HOSTS)
  return Array.from({ length: count }, () => faults.next().value)
}

t.test('soakFaults(): the same seed gives the same faults, another seed gives others', async t => {
  const once = first(7, 20)
  t.strictSame(first(7, 20), once)
  t.notSame(first(8, 20), once)
})

t.test('soakFaults() uses every host and every kind, and sometimes two hosts at the same time', async t => {
  const many = first(1, 300)
  t.equal(new Set(many.flatMap(({ hosts }) => hosts)).size, HOSTS.length)
  t.equal(new Set(many.map(({ kind }) => kind)).size, 5)
  t.ok(many.some(({ hosts }) => hosts.length === 2))
  t.ok(many.every(({ pause, lasts }) => pause >= 1 && pause <= 4 && lasts >= 1 && lasts <= 4))
})

t.test('faultText() names the hosts and the failure', async t => {
  t.equal(faultText({ kind: 'SIGSTOP', hosts: ['ns1', 'redis'], pause: 1, lasts: 1 }), 'ns1 + redis: SIGSTOP')
})
