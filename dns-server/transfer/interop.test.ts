/**
 * Transfers with other servers, in both directions: BIND and NSD copy our zone and get a NOTIFY for our changes, and our secondary
 * does the same with BIND. All use the addresses of the map, in a network namespace.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { inNamespace } from '../../test/testing/namespace.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'
import { missing, PeerClient } from '../conformance/testing/peers.ts'
import { queryOf } from '../testing/ask.ts'
import { TYPE } from '../wire/codes.ts'
import { decodeMessage } from '../wire/message.ts'

const [PRIMARY, SECONDARY] = ['172.20.0.5', '172.20.0.6']
const ZONE = 'meutrabalho.com.br'
const TEXT = readFileSync(join(import.meta.dirname, '..', 'zones', `db.${ZONE}`), 'utf8')
const PATH = `${process.env.PATH}:/usr/sbin`

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'transfer-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The zone with this serial, and a host with the serial in its name. */
function writeZone(folder: string, serial: number): void {
  const text = TEXT.replace(/\d{10}(?=\s*; serial)/, String(serial))
  writeFileSync(join(folder, `db.${ZONE}`), `${text}serial-${serial} IN A 192.0.2.1\n`)
}

async function startOurs(t: Test, address: string, zones: string): Promise<Spawned> {
  const env = { ADDRESS: address, ZONES: zones, HEALTH: '0' }
  const server = new Spawned(t, [process.execPath, join(import.meta.dirname, '..', 'main.ts')], { env })
  await server.says(/listening/)
  return server
}

async function startNamed(t: Test, folder: string, address: string, zone: string): Promise<Spawned> {
  const options = `listen-on port 53 { ${address}; }; listen-on-v6 { none; }; pid-file none; session-keyfile none; recursion no;
    transfer-source ${address}; notify-source ${address}; allow-transfer { any; }; empty-zones-enable no;`
  writeFileSync(join(folder, 'named.conf'), `options { ${options} };\ncontrols { };\nzone "${ZONE}" { ${zone} };\n`)
  const named = new Spawned(t, ['named', '-g', '-c', 'named.conf', '-n', '1'], { cwd: folder, env: { PATH } })
  await named.says(/ running$/m)
  return named
}

/** Waits until the server has the complete zone with this serial. */
async function serves(address: string, serial: number): Promise<void> {
  const asker = new PeerClient(address)
  const ask = async (name: string, type: string) => {
    const octets = await asker.ask(queryOf(name, type))
    return octets && decodeMessage(octets)
  }
  await until(`${address} serves serial ${serial}`, async () => {
    const soa = (await ask(ZONE, 'SOA'))?.answer.find(({ type }) => type === TYPE.SOA)
    return soa?.data.serial === serial
  })
  t.match(await ask(`serial-${serial}.${ZONE}`, 'A'), { aa: true, answer: [{ data: { address: '192.0.2.1' } }] })
  t.match(await ask(`www.${ZONE}`, 'A'), { aa: true, answer: { length: 3 } })
  t.match(await ask(`_http._tcp.${ZONE}`, 'SRV'), { aa: true, answer: { length: 2 } })
}

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('BIND is a secondary of ns1: it copies the zone, and again after an edit', async t => {
      const zones = folderOf(t)
      writeZone(zones, 2026112301)
      await startOurs(t, PRIMARY, zones)
      await startNamed(t, folderOf(t), SECONDARY, `type secondary; primaries { ${PRIMARY}; }; file "copy";`)
      await serves(SECONDARY, 2026112301)
      writeZone(zones, 2026112302)
      await serves(SECONDARY, 2026112302)
    })

    t.test('NSD is a secondary of ns1: it copies the zone, and again after an edit', async t => {
      const zones = folderOf(t)
      writeZone(zones, 2026112301)
      await startOurs(t, PRIMARY, zones)
      const folder = folderOf(t)
      mkdirSync(join(folder, 'xfrd'))
      const server = `server:\n ip-address: ${SECONDARY}@53\n server-count: 1\n username: ""\n chroot: ""\n zonesdir: "."\n database: ""
 pidfile: ""\n xfrdfile: ""\n zonelistfile: "zone.list"\n xfrdir: "${folder}/xfrd"\nremote-control:\n control-enable: no\n`
      const transfer = ` request-xfr: AXFR ${PRIMARY} NOKEY\n allow-notify: ${PRIMARY} NOKEY\n outgoing-interface: ${SECONDARY}\n`
      writeFileSync(join(folder, 'nsd.conf'), `${server}zone:\n name: "${ZONE}"\n zonefile: "copy"\n${transfer}`)
      const nsd = new Spawned(t, ['nsd', '-d', '-c', join(folder, 'nsd.conf')], { cwd: folder, env: { PATH } })
      await nsd.says(/nsd started/)
      await serves(SECONDARY, 2026112301)
      writeZone(zones, 2026112302)
      await serves(SECONDARY, 2026112302)
    })

    t.test('ns2 is a secondary of BIND: it copies the zone, and again after a reload', async t => {
      const folder = folderOf(t)
      writeZone(folder, 2026112301)
      const named = await startNamed(t, folder, PRIMARY, `type primary; file "db.${ZONE}";`)
      const ours = await startOurs(t, SECONDARY, folder)
      await serves(SECONDARY, 2026112301)
      writeZone(folder, 2026112302)
      named.process.kill('SIGHUP')
      await serves(SECONDARY, 2026112302)
      t.match(ours.output, /zone transferred origin=meutrabalho\.com\.br\. serial=2026112302 primary=172\.20\.0\.5/)
    })
  },
  missing('named', 'nsd'),
)
