import t from 'tap'
import { COMPOSE_PREFIX, networkMap } from '#shared/network-map.ts'
import { type Sighting, watchedTimes, watchesOf } from './sightings.ts'

const map = networkMap(COMPOSE_PREFIX, 'low', true)
const running = ['ns1', 'ns2', 'frontend1', 'frontend2', 'backend1', 'backend2']

const names = (hosts: readonly string[]) =>
  watchesOf(map, hosts, running).map(({ watcher, subject }) => `${watcher.name} watches ${subject}`)

t.test('watchesOf() are the running components that notice a host, without those that fail with it', async t => {
  t.strictSame(names(['frontend1']), ['ns1 watches frontend1', 'ns2 watches frontend1'])
  t.strictSame(names(['frontend1', 'ns1']), ['ns2 watches frontend1'])
  t.strictSame(names(['backend1', 'frontend2']), [
    'frontend1 watches backend1',
    'ns1 watches frontend2',
    'ns2 watches frontend2',
  ])
  t.strictSame(names(['redis2']), ['backend1 watches redis', 'backend2 watches redis'])
  t.strictSame(names(['ns1', 'painel']), [])
})

const watches = watchesOf(map, ['frontend1'], running)
const sighting = (watcher: string, at: number, up: boolean, subject = 'frontend1'): Sighting => ({
  watcher,
  subject,
  up,
  at,
})

t.test('watchedTimes() counts until the last watcher, from the beginning and from the end of the fault', async t => {
  const sightings = [
    sighting('ns1', 500, false), // before the fault: of an earlier one
    sighting('ns1', 1500, false),
    sighting('ns2', 1900, false),
    sighting('ns2', 1200, false, 'frontend2'),
    sighting('ns1', 2500, true), // tried, and given up again
    sighting('ns1', 2600, false),
    sighting('ns2', 5300, true),
    sighting('ns1', 5200, true),
    sighting('ns1', 5900, true),
  ]
  t.strictSame(watchedTimes(watches, sightings, 1000, 5000), { noticed: 0.9, usedAgain: 0.3 })
})

t.test('watchedTimes() has no value where a watcher has not noticed, or does not use the host again', async t => {
  const nothing = { noticed: undefined, usedAgain: undefined }
  t.strictSame(watchedTimes(watches, [sighting('ns1', 1500, false)], 1000, 5000), nothing)
  t.strictSame(watchedTimes([], [], 1000, 5000), nothing)
  const both = [sighting('ns1', 1500, false), sighting('ns2', 2000, false), sighting('ns1', 5500, true)]
  t.strictSame(watchedTimes(watches, both, 1000, 5000), { noticed: 1, usedAgain: undefined })
  const earlier = [...both.slice(0, 2), sighting('ns1', 3000, true), sighting('ns2', 3500, true)]
  t.strictSame(watchedTimes(watches, earlier, 1000, 5000), { noticed: 1, usedAgain: undefined }, 'a restart')
})
