import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { TextError } from '../wire/name-text.ts'
import { checkZoneFile, loadZones, originOf } from './zone-files.ts'

const ZONE = '$TTL 9\n@ SOA ns host 1 60 15 86400 30\n@ NS ns\n@ NS ns2\nns A 192.0.2.1\nns2 A 192.0.2.2\n'

/** A folder with these files. `load()` returns the zones and the problems, without the name of the folder. */
function folderWith(t: Test, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'zones-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  const load = () => {
    const problems: string[] = []
    const { zones } = loadZones(folder, (severity, problem) =>
      problems.push(`${severity}: ${problem.replaceAll(`${folder}/`, '')}`),
    )
    return { zones, problems }
  }
  return { folder, write, load }
}

t.test('loadZones() throws one sentence when the folder cannot be read or has no zone file', async t => {
  const { folder, load } = folderWith(t, { prefix: '127.20.0' })
  t.throws(() => loadZones(`${folder}/nowhere`, () => {}), { name: 'SettingError', message: /ZONES=.*nowhere.*ENOENT/ })
  t.throws(load, { message: /at least one zone file/ })
})

t.test('loadZones(): a file with an error does not affect the others; its zone is held (SERVFAIL)', async t => {
  const { write, load } = folderWith(t, { 'db.good': ZONE, 'db.bad': `${ZONE}x A 1.2.3\n`, 'db.a..b': ZONE })
  const { zones, problems } = load()
  t.ok(zones.get(['good']))
  t.notOk(zones.get(['bad']))
  t.equal(zones.whyHeld(['www', 'bad']), 'its zone file has an error')
  t.match(problems, [/^error: .*a\.\.b.*empty label/, /^error: db\.bad:7:5: error: address: "1\.2\.3" não é/])
  t.equal(problems.length, 2)
  write('db.bad', `${ZONE}$INCLUDE /etc/hostname\n`)
  t.match(load().problems[1], /db\.bad:7:10: .*only files in the folder of the zone/)
  write('db.bad', `${ZONE}$INCLUDE more\n`)
  write('more', 'www A 192.0.2.9\n')
  t.ok(load().zones.get(['bad'])?.apex.children.get('www'))
})

t.test(
  'loadZones() reports files that look like zone files and are not read, and a second file for one zone',
  async t => {
    const names = ['db.x.test.bak', 'empresa.zone', 'named.empresa', 'db.x.test~', 'notes.txt']
    const { zones, problems } = folderWith(t, {
      ...{ 'db.X.test': ZONE, 'db.x.test': ZONE },
      ...Object.fromEntries(names.map(name => [name, ZONE])),
    }).load()
    t.equal([...zones].length, 1)
    t.match(problems, [
      /^error: db\.x\.test: a zona x\.test\. já tem outro arquivo/,
      /^warning: db\.x\.test\.bak: este arquivo não é lido/,
      /^warning: empresa\.zone: .* · this file is not read/,
      /^warning: named\.empresa: /,
    ])
    t.equal(problems.length, 4)
  },
)

t.test('originOf() has one rule for the names of zone files, for the server and for zone check', async t => {
  t.strictSame(originOf('zones/db.meutrabalho.com.br'), ['meutrabalho', 'com', 'br'])
  for (const name of ['meutrabalho.zone', 'db.', 'named.empresa']) t.throws(() => originOf(name), TextError, name)
  for (const name of ['db.empresa.new', 'db.copia.bak', 'db.x~']) t.throws(() => originOf(name), /server ignores/, name)
})

t.test('a file that is named after a network is not a reverse zone: the warning has the right name', async t => {
  const { folder, write } = folderWith(t, {})
  write('db.192.0.2', ZONE)
  const { zone, problems } = checkZoneFile(join(folder, 'db.192.0.2'))
  t.ok(zone)
  t.match(problems.at(-1), {
    severity: 'warning',
    message: /zone 192\.0\.2\., .* name the file db\.2\.0\.192\.in-addr\.arpa/,
  })
  write('db.2.0.192.in-addr.arpa', ZONE.replaceAll(/ ns2?\b/g, '$&.x.'))
  t.notMatch(JSON.stringify(checkZoneFile(join(folder, 'db.2.0.192.in-addr.arpa')).problems), /name the file/)
})
