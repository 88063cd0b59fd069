/**
 * The same lab folder, with one database server and with three: `npm start`, then `npm start -- --ha`, and the other way round.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import t from 'tap'
import { hostNamed, hostsOf, networkMap } from '#shared/network-map.ts'
import { loopbackPrefix } from '../test/testing/loopback.ts'
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
  await withDatabases(true, () => sameEverywhere('one again'))
})
