import t from 'tap'
import { SettingError } from '#shared/settings.ts'
import { readConfig } from './config.ts'

t.test('the address determines the role: ns1 is a primary, ns2 its secondary', async t => {
  const ns1 = readConfig({ ADDRESS: '127.20.0.5' })
  t.match(ns1, { host: { name: 'ns1', port: 53 }, primary: undefined, health: true, queryLog: false, rateLimit: 100 })
  t.match(ns1.zones, /dns-server\/zones$/)
  const ns2 = readConfig({ ADDRESS: '127.20.0.6', LAB_PORTS: 'high', ZONES: '/x' })
  t.match(ns2, { host: { name: 'ns2', port: 5300 }, primary: '127.20.0.5', zones: '/x' })
  t.equal(readConfig({ ADDRESS: '127.20.0.6', PRIMARY: 'none' }).primary, undefined)
  t.equal(
    readConfig({ ADDRESS: '127.20.0.5', PRIMARY: '10.0.0.1' }).primary,
    '10.0.0.1',
    'ns1 may be a secondary of another',
  )
})

t.test('addresses of the lab may transfer zones and have no rate limit; others may not', async t => {
  const lab = readConfig({ ADDRESS: '172.20.0.5' })
  for (const address of ['127.0.0.1', '172.20.0.9']) t.ok(lab.mayTransfer(address) && lab.isExempt(address), address)
  for (const address of ['172.20.1.9', '192.0.2.1']) t.notOk(lab.mayTransfer(address) || lab.isExempt(address), address)
  const strict = readConfig({ ADDRESS: '172.20.0.5', ALLOW_TRANSFER: 'none', RESPONSE_RATE_LIMIT_LAB: '1' })
  t.notOk(strict.mayTransfer('127.0.0.1') || strict.isExempt('127.0.0.1'))
  t.ok(readConfig({ ADDRESS: '172.20.0.5', ALLOW_TRANSFER: '192.0.2.0/24, 10.0.0.1' }).mayTransfer('192.0.2.77'))
})

t.test('ORDER and CHECK_* set the rotation policy and the health checks of a start', async t => {
  t.match(readConfig({ ADDRESS: '127.20.0.5' }), { order: 'cyclic', checks: { interval: 500, rise: 2, fall: 2 } })
  const env = { ADDRESS: '127.20.0.5', ORDER: 'random', CHECK_INTERVAL: '1000', CHECK_FALL: '3' }
  t.match(readConfig(env), { order: 'random', checks: { interval: 1000, timeout: 700, fall: 3 } })
})

t.test('WORKERS is one thread by default', async t => {
  t.equal(readConfig({ ADDRESS: '127.20.0.5' }).workers, 1)
  t.equal(readConfig({ ADDRESS: '127.20.0.5', WORKERS: '2' }).workers, 2)
})

t.test('an invalid setting is named in the error', async t => {
  for (const [env, words] of [
    [{}, /ADDRESS= \(not set\)/],
    [{ ADDRESS: '127.20.0.5', ORDER: 'shuffle' }, /ORDER=/],
    [{ ADDRESS: '127.20.0.20' }, /an address of a dns on the map/],
    [
      { ADDRESS: '127.20.0.6', PRIMARY: 'ns1' },
      /PRIMARY="ns1": .* · the IPv4 address of the primary is needed, or none/,
    ],
    [{ ADDRESS: '127.20.0.5', ALLOW_TRANSFER: 'all' }, /ALLOW_TRANSFER="all": .* · "all" is not a network/],
    [{ ADDRESS: '127.20.0.5', RESPONSE_RATE_LIMIT: '-1' }, /RESPONSE_RATE_LIMIT="-1": .* a whole number from 0/],
    [{ ADDRESS: '127.20.0.5', WORKERS: '0' }, /WORKERS="0": .* a whole number from 1 to 64 is needed/],
    [{ ADDRESS: '127.20.0.5', HEALTH: 'maybe' }, /HEALTH="maybe": .* 1 or 0/],
  ] as const) {
    t.throws(() => readConfig(env), { message: words }, JSON.stringify(env))
    t.throws(() => readConfig(env), SettingError)
  }
})
