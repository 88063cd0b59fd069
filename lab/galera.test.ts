/**
 * The same lab folder, with one database server and with three: `npm start`, then `npm start -- --ha`, and the other way round.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { hostNamed, hostsOf, networkMap } from '#shared/network-map.ts'
import { MySql } from '../backend/mysql/mysql.ts'
import { Unavailable } from '../backend/refusal.ts'
import { backgroundTrace } from '../backend/trace.ts'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { until } from '../test/testing/until.ts'
import type { Child } from './child.ts'
import { DATABASE, DATABASE_USER } from './mariadb.ts'
import { roster } from './roster.ts'
import { startComponent } from './start-component.ts'

const unpacked = existsSync('.lab/programs/usr/bin/wsrep_sst_mariabackup')
const skip = unpacked || process.env.CI ? {} : { skip: 'Galera is not unpacked: LAB_INSTALL=1 npm test' }
const folder = mkdtempSync(join(tmpdir(), 'galera-test-'))
const prefix = loopbackPrefix()
const children = new Set<Child>()
t.teardown(async () => {
  await Promise.all([...children].map(child => child.kill()))
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the databases of a lab, works with them, and stops them as Ctrl-C does. */
async function withDatabases(ha: boolean, work: () => Promise<void>): Promise<void> {
  const config = { dns: 'own', edge: 'own', folder, applications: [], broker: 'redis', faults: false, ha } as const
  const [databases = []] = roster(networkMap(prefix, 'low', ha), config)
  const hooks = { onChild: (child: Child) => void children.add(child), report: () => {} }
  const started = await Promise.all(databases.map(component => startComponent(component, folder, hooks)))
  await work()
  await Promise.all(started.map(child => child.stop()))
}

async function at(name: string, sql: string): Promise<unknown> {
  const host = hostNamed(networkMap(prefix, 'low', true), name).address
  const connection = await createConnection({ host, ...DATABASE_USER, database: DATABASE })
  try {
    const [rows] = await connection.query(sql)
    return rows
  } finally {
    connection.destroy()
  }
}

/** A transaction at the first node, whose row is changed at another node before its COMMIT. @returns how often it was executed */
async function triesOfConflict(host: string): Promise<number> {
  const mysql = new MySql({
    url: new URL(`mysql://lab:lab@${host}/${DATABASE}`),
    clock: systemClock,
    events: new Events('test'),
    state: () => 'up',
    prepare: async () => {},
  })
  const nameHere = async () =>
    ((await at('mysql', 'SELECT name FROM users WHERE id = 1')) as { name: string }[])[0]?.name
  const conflict = async () => {
    let tries = 0
    await at('mysql', "UPDATE users SET name = 'before' WHERE id = 1")
    await mysql.probe()
    await mysql.transaction(backgroundTrace(), async statements => {
      tries++
      const isFirst =
        (await statements.rows<{ name: string }>('SELECT name FROM users WHERE id = 1'))[0]?.name === 'before'
      await statements.change('UPDATE users SET name = ? WHERE id = 1', [isFirst ? 'first try' : 'second try'])
      if (!isFirst) return
      await at('mysql2', "UPDATE users SET name = 'elsewhere' WHERE id = 1")
      await until('the first node has the change', async () => (await nameHere()) === 'elsewhere')
    })
    return tries
  }
  try {
    let tries = 0
    await until('no statement is too slow', async () => {
      tries = await conflict().catch(error => {
        if (error instanceof Unavailable) return 0
        throw error
      })
      return tries > 0
    })
    return tries
  } finally {
    await mysql.close()
  }
}

t.test('--ha begins with the rows of the lab without it, and what is written later is not lost', skip, async t => {
  const rename = (host: string, name: string) => at(host, `UPDATE users SET name = '${name}' WHERE id = 1`)
  const nameAt = (host: string) => at(host, 'SELECT name FROM users WHERE id = 1')
  const nodes = hostsOf(networkMap(prefix, 'low', true), 'mysql').map(({ name }) => name)
  const sameEverywhere = async (name: string) => {
    for (const node of nodes) t.strictSame(await nameAt(node), [{ name }], node)
  }
  await withDatabases(false, async () => void (await rename('mysql', 'one server')))
  await withDatabases(true, async () => {
    await sameEverywhere('one server')
    await rename('mysql2', 'three servers')
  })
  await withDatabases(false, async () => {
    t.strictSame(await nameAt('mysql'), [{ name: 'three servers' }])
    await rename('mysql', 'one again')
  })
  await withDatabases(true, async () => {
    await sameEverywhere('one again')
    t.equal(await triesOfConflict(hostNamed(networkMap(prefix, 'low', true), 'mysql').address), 2)
    await sameEverywhere('second try')
  })
})
