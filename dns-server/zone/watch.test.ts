import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { parseName } from '../wire/name-text.ts'
import { ZoneWatcher } from './watch.ts'
import { loadZones } from './zone-files.ts'

const zone = (serial: number, more = '') =>
  `$TTL 9\n@ SOA ns host ${serial} 2 3 5 5\n@ NS ns\n@ NS ns2\nns A 192.0.2.1\nns2 A 192.0.2.2\n${more}`
const TEST = parseName('test.')

function watch(t: Test, files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  let time = 1_700_000_000
  /** Each write is a second later than the last one, so that the times of change differ in any file system. */
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    time++
    utimesSync(join(folder, name), time, time)
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  const clock = new FakeClock()
  const messages: string[] = []
  const { zones, files: read } = loadZones(folder, (_, problem) => messages.push(problem))
  const watcher = new ZoneWatcher(folder, zones, clock, {
    loaded: ({ serial }) => messages.push(`loaded ${serial}`),
    problem: (severity, message) => messages.push(`${severity}: ${message.replaceAll(folder, '')}`),
  })
  watcher.start(read)
  t.teardown(() => watcher.stop())
  /** A second passes. @returns the events in it */
  const second = async () => {
    messages.length = 0
    for (let looks = 0; looks < 4; looks++) await look()
    return [...messages]
  }
  /** A quarter of a second passes, with the work of the watcher. */
  const look = async () => {
    clock.advance(250)
    await watcher.looked
  }
  return { folder, write, zones, look, second }
}

t.test('an edit is served within a second', async t => {
  const { write, zones, second } = watch(t, { 'db.test': zone(1) })
  t.strictSame(await second(), [], 'nothing changed')
  write('db.test', zone(2, 'www A 192.0.2.2\n'))
  t.strictSame(await second(), ['loaded 2'])
  t.ok(zones.get(TEST)?.apex.children.has('www'))
  t.strictSame(await second(), [])
})

t.test('an edit with an error keeps the old zone; the error is reported once, with its position', async t => {
  const { write, zones, second } = watch(t, { 'db.test': zone(1) })
  write('db.test', zone(2, 'www A 192.0.2\n'))
  t.strictSame(await second(), [
    'error: /db.test:7:7: error: address: "192.0.2" não é um endereço IPv4; escreva quatro números de 0 a 255' +
      ' · address: "192.0.2" is not an IPv4 address; write four numbers from 0 to 255',
  ])
  t.equal(zones.get(TEST)?.serial, 1)
  t.strictSame(await second(), [], 'not again for the same text')
  write('db.test', zone(3))
  t.strictSame(await second(), ['loaded 3'])
})

t.test('a serial that did not increase causes a warning, and the edit is served', async t => {
  const { write, zones, second } = watch(t, { 'db.test': zone(5) })
  write('db.test', zone(5, 'www A 192.0.2.2\n'))
  t.match(await second(), [
    /warning: .*o serial 5 não aumentou \(era 5\).* · the zone changed, but its serial did not increase/,
    'loaded 5',
  ])
  t.ok(zones.get(TEST)?.apex.children.has('www'))
  write('db.test', zone(4, 'www A 192.0.2.2\n'))
  t.match(await second(), [/o serial 4 não aumentou/, 'loaded 4'])
  write('db.test', `; only a comment\n${zone(4, 'www A 192.0.2.2\n')}`)
  t.strictSame(await second(), ['loaded 4'], 'a new comment does not change the zone')
})

t.test('included files are watched too, and new zone files are found', async t => {
  const { write, zones, second } = watch(t, {
    'db.test': zone(1, '$INCLUDE hosts\n'),
    hosts: 'a A 192.0.2.3\n',
  })
  write('hosts', 'b A 192.0.2.4\n')
  t.match(await second(), [/did not increase/, 'loaded 1'])
  t.ok(zones.get(TEST)?.apex.children.has('b'))
  write('db.other', zone(7))
  t.strictSame(await second(), ['loaded 7'])
  t.equal(zones.get(parseName('other.'))?.serial, 7)
  write('db.other~', 'a backup copy of an editor')
  t.strictSame(await second(), [])
})

t.test('the zone of a deleted file is still served, with a warning, until the file is back', async t => {
  const { folder, write, zones, second } = watch(t, { 'db.test': zone(1), 'db.other': zone(7) })
  renameSync(join(folder, 'db.other'), join(folder, 'aside'))
  t.match(await second(), [
    /^warning: \/db\.other: o arquivo foi apagado; .* · the file was deleted; its zone is served until/,
  ])
  t.strictSame(await second(), [], 'once')
  t.equal(zones.get(parseName('other.'))?.serial, 7)
  renameSync(join(folder, 'aside'), join(folder, 'db.other'))
  t.strictSame(await second(), ['loaded 7'], 'it is back')
  rmSync(join(folder, 'db.other'))
  t.match(await second(), [/deleted/], 'and again')
  write('db.other', zone(8))
  t.strictSame(await second(), ['loaded 8'])
})

t.test('an editor that removes a file and writes it again causes no warning', async t => {
  const { folder, write, look, second } = watch(t, { 'db.test': zone(1) })
  rmSync(join(folder, 'db.test'))
  await look()
  write('db.test', zone(2))
  t.strictSame(await second(), ['loaded 2'])
})

t.test('a file that is included before it exists is read when it appears', async t => {
  const { write, zones, second } = watch(t, { 'db.test': zone(1) })
  write('db.test', zone(2, '$INCLUDE hosts\n'))
  t.match(await second(), [/error: .*\$INCLUDE hosts: ENOENT/])
  write('hosts', 'a A 192.0.2.3\n')
  t.strictSame(await second(), ['loaded 2'])
  t.ok(zones.get(TEST)?.apex.children.has('a'))
})

/** The attack: reading a pipe waits for a writer. Without one, the server never answers again. */
t.test('a pipe is neither read as a zone file nor included', async t => {
  const { folder, write, zones, second } = watch(t, { 'db.test': zone(1) })
  execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, 'db.other')])
  t.match(await second(), [/db\.other is not a regular file/])
  write('db.test', zone(2, '$INCLUDE pipe\n'))
  t.match(await second(), [/error: .*\$INCLUDE pipe: .*pipe is not a regular file/])
  t.equal(zones.get(TEST)?.serial, 1)
})

t.test('the zone of a new file with an error is held: its names get SERVFAIL, not REFUSED', async t => {
  const { folder, write, zones, second } = watch(t, { 'db.test': zone(1) })
  write('db.other', 'nonsense\n')
  t.match(await second(), [/error: .*db.other:1:1/])
  t.equal(zones.whyHeld(parseName('www.other.')), 'its zone file has an error')
  rmSync(join(folder, 'db.other'))
  t.strictSame(await second(), [])
  t.notOk(zones.anyHeld, 'a deleted file holds no zone')
  write('db.other', zone(1))
  t.strictSame(await second(), ['loaded 1'])
})

t.test('a file that is being written is not read before it has settled', async t => {
  const { write, look, second } = watch(t, { 'db.test': zone(1) })
  for (let i = 0; i < 5; i++) {
    write('db.test', zone(2).slice(0, 10 + 10 * i))
    await look()
  }
  write('db.test', zone(2))
  t.strictSame(await second(), ['loaded 2'], 'no error about half a file')
})

t.test(
  'a large zone is loaded in slices: the event loop turns meanwhile, and an edit in between is not missed',
  async t => {
    const { write, zones, look, second } = watch(t, { 'db.test': zone(1) })
    const hosts = Array.from({ length: 5_000 }, (_, i) => `host${i} A 192.0.2.1\n`).join('')
    write('db.test', zone(2, hosts))
    await look()
    const loading = look()
    for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
    t.equal(zones.get(TEST)?.serial, 1, 'it is not there yet, and the old zone is')
    write('db.test', zone(3))
    await loading
    t.equal(zones.get(TEST)?.serial, 2)
    t.strictSame(await second(), ['loaded 3'])
  },
)

t.test('the folder may be deleted and created again', async t => {
  const { folder, write, zones, second } = watch(t, { 'db.test': zone(1) })
  for (const serial of [2, 3]) {
    rmSync(folder, { recursive: true })
    t.match(await second(), [/não é possível ler a pasta das zonas · the zone folder cannot be read: ENOENT/])
    t.strictSame(await second(), [])
    t.equal(zones.get(TEST)?.serial, serial - 1)
    mkdirSync(folder)
    write('db.test', zone(serial))
    t.strictSame(await second(), [`loaded ${serial}`])
  }
})
