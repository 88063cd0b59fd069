/**
 * `npm start -- --ha` on the bridge: the Redis master is killed, and the MySQL node that all backends use is stopped (SIGSTOP) and continues. Then one MySQL
 * node is parted from the other two, and two of the three are killed. No session and no acknowledged write is lost, and a node without a majority refuses.
 */
import { existsSync } from 'node:fs'
import t from 'tap'
import { COMPOSE_PREFIX, hostNamed, networkMap } from '#shared/network-map.ts'
import { seeded } from '../../backend/testing/random.ts'
import { inNamespace } from '../testing/namespace.ts'
import { until } from '../testing/until.ts'
import { addAccounts } from './accounts.ts'
import { breakHost, healHost, whyNoFaults } from './host-faults.ts'
import { LabOnBridge } from './lab-on-bridge.ts'
import { allReady, at, isReady } from './replicas.ts'
import { trial } from './trial.ts'
import { troubleOf } from './troubles.ts'
import { Visitors } from './visitors.ts'

const PLAN = { rate: 30, before: 0.2, during: 3, after: 1 }
/** Not needed here; each process less is time for the databases. */
const LEFT_OUT = ['painel', 'socks', 'ns2', 'frontend3', 'backend3']
const PROGRAMS = '.lab/programs/usr/bin/wsrep_sst_mariabackup'

const map = networkMap(COMPOSE_PREFIX, 'low', true)
const mysql = hostNamed(map, 'mysql').address

const REFUSED = /WSREP has not yet prepared node|Lock wait timeout|Not connected to Primary Component/

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('three MySQL and three Redis servers', { timeout: 220_000 }, async t => {
      const lab = await LabOnBridge.start({ leftOut: LEFT_OUT, ha: true })
      t.teardown(() => lab.end())
      const visitors = new Visitors(map, await addAccounts(mysql, 'pessoa', 6), seeded(14))
      t.teardown(() => visitors.leave())
      await visitors.arrive()

      for (const [name, kind] of [
        ['redis', 'kill -9'],
        ['mysql', 'SIGSTOP'],
      ] as const)
        await t.test(`${name}, ${kind}: nothing that was acknowledged is lost`, async t => {
          const { lostSessions, lostWrites, wrong, unreadable, reasons } = await trial(
            visitors,
            PLAN,
            troubleOf(lab, kind, [name]),
          )
          t.strictSame(
            { lostSessions, lostWrites, wrong, unreadable },
            { lostSessions: 0, lostWrites: 0, wrong: 0, unreadable: [] },
          )
          for (const [reason] of reasons)
            t.match(reason, / (502|503|504)\b/, 'a clear error while the other server takes over')
        })

      await t.test(
        'a node that is parted from the majority refuses, and agrees with the others afterwards',
        async t => {
          await allReady()
          for (const other of ['mysql2', 'mysql3'])
            breakHost('mysql', { kind: 'parted', from: hostNamed(map, other).address })
          await until('mysql has noticed', async () => !(await isReady('mysql')), 30_000)
          const change = "UPDATE users SET name = 'minoria' WHERE username = 'pessoa-1'"
          await t.rejects(at('mysql', change), { message: REFUSED })
          await until('the majority accepts writes', () =>
            at('mysql2', "UPDATE users SET name = 'maioria' WHERE username = 'pessoa-1'").then(
              () => true,
              () => false,
            ),
          )
          healHost('mysql')
          await until('mysql is part of the cluster again', () => isReady('mysql'), 60_000)
          for (const host of ['mysql', 'mysql2', 'mysql3'])
            t.strictSame(
              await at(host, "SELECT name FROM users WHERE username = 'pessoa-1'"),
              [{ name: 'maioria' }],
              host,
            )
        },
      )

      await t.test(
        'two of three nodes are killed: the third one refuses, and has everything when they are back',
        async t => {
          await Promise.all([lab.kill('mysql'), lab.kill('mysql2')])
          await until('mysql3 has noticed', async () => !(await isReady('mysql3')), 30_000)
          const change = "UPDATE users SET name = 'minoria' WHERE username = 'pessoa-1'"
          await t.rejects(at('mysql3', change), { message: REFUSED })
          await Promise.all([lab.begin('mysql'), lab.begin('mysql2')])
          await allReady()
          for (const host of ['mysql', 'mysql2', 'mysql3'])
            t.strictSame(
              await at(host, "SELECT name FROM users WHERE username = 'pessoa-1'"),
              [{ name: 'maioria' }],
              host,
            )
        },
      )
    })
  },
  whyNoFaults() ?? (existsSync(PROGRAMS) ? undefined : 'Galera is not unpacked: LAB_INSTALL=1 npm test'),
  'none',
)
