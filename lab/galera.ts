/**
 * A node of the Galera cluster of `npm start -- --ha`: three MariaDB servers that have the same rows. A transaction is committed when all
 * nodes have received it; each node can be written to; a node without the majority of the others refuses.
 *
 *   which node begins?  a node answers: join it · no node answers: the node with the newest transaction begins, the others wait for it
 *
 * Read beside: galera-state.ts (the decision), galera-settings.ts, mariadb.ts (one server); https://galeracluster.com/library/documentation/
 * Touches the world: runs mariadbd; opens, besides its own port, 4567 (group) and 4568 (missing transactions) at its address, and a port for a transfer of all data.
 */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { type Child, ChildFailure } from './child.ts'
import { type GaleraNode, type GaleraPlace, galeraArguments, libraries } from './galera-settings.ts'
import { electBootstrap, formatGrastate, type GaleraPosition, parseGrastate, parseRecovered } from './galera-state.ts'
import { DATABASE_USER, type MariadbOptions, serverCommand, startMariadb } from './mariadb.ts'
import { plainPath } from './plain-path.ts'
import { socketPath } from './socket-place.ts'

export type GaleraOptions = MariadbOptions & GaleraNode

/** A node that fetches all data from another one takes longer than one that only starts. */
const READY_WITHIN_MS = 120_000
const ASK_WITHIN_MS = 1_000

/** @throws ChildFailure when the node ends, or when no node with newer data is started within two minutes */
export async function startGalera(options: GaleraOptions): Promise<Child> {
  const role = await roleOf(options)
  const position = await positionOf(options)
  const { env, extra } = await clusterSettings(options)
  // With the number of its last transaction a node gets only what it has missed. Without one it gets all data, which takes 15 s.
  const known = position.seqno >= 0 ? [`--wsrep_start_position=${position.uuid}:${position.seqno}`] : []
  try {
    return await startMariadb({
      ...options,
      joins: role === 'joins',
      readyWithinMs: READY_WITHIN_MS,
      env,
      extra: [...extra, ...known, ...(role === 'begins' ? ['--wsrep-new-cluster'] : [])],
      onChild: child => {
        processes.set(resolve(options.folder), child)
        options.onChild?.(child)
      },
    })
  } finally {
    if (role === 'begins') elections.delete(electionKey(options))
  }
}

/** What every start of a node has. */
async function clusterSettings(options: GaleraOptions) {
  const env = {
    // The program that transfers data does not quote the path of its own folder.
    PATH: `${join(plainPath(options.programs), 'usr/bin')}:${process.env.PATH}:/usr/sbin`,
    LD_LIBRARY_PATH: libraries(options.programs),
  }
  // The programs that transfer data use the socket from another folder.
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const socket = await socketPath(resolve(options.folder), 'mysql.sock')
  return { env, extra: [...galeraArguments(options), `--socket=${socket}`] }
}

async function roleOf(options: GaleraOptions): Promise<'begins' | 'joins'> {
  const deadline = Date.now() + READY_WITHIN_MS
  const others = options.nodes.filter(({ name }) => name !== options.name)
  for (;;) {
    const states = await Promise.all(others.map(({ address }) => readiness(address)))
    if (states.includes('ready')) return 'joins'
    // The last node of a cluster whose other nodes were killed: it has all that was acknowledged, and waits for the majority.
    const survivor = others.find((_, index) => states[index] === 'not-ready')
    if (survivor && states.every(state => state !== 'silent')) await makePrimary(survivor)
    else if (!survivor && (await elected(options)) === options.name) return 'begins'
    if (Date.now() > deadline) throw new ChildFailure(`${options.name}: ${NO_CLUSTER}`)
    await pause(100)
  }
}

const NO_CLUSTER =
  'nenhum nó com dados mais novos está ligado; ligue os outros · no node with newer data is running; start the others: npm run lab -- start mysql'

/** The processes of all nodes that this launcher has started, by folder. */
const processes = new Map<string, Child>()

/** One election for all nodes that are started at the same time: the positions cannot be read while a server has the files open. */
const elections = new Map<string, Promise<string>>()

const electionKey = ({ nodes }: GaleraOptions) => nodes.map(({ folder }) => resolve(folder)).join()

/** @returns the name of the node that begins; undefined while a node runs or is being started */
async function elected(options: GaleraOptions): Promise<string | undefined> {
  const key = electionKey(options)
  const present = elections.get(key)
  if (present) return present
  if (options.nodes.some(({ folder }) => processes.get(resolve(folder))?.running)) return undefined
  const election = elect(options)
  elections.set(key, election)
  return election
}

async function elect(options: GaleraOptions): Promise<string> {
  if (options.nodes.slice(1).every(node => !existsSync(join(node.folder, 'data')))) await copyFirst(options)
  const positions: GaleraPosition[] = []
  for (const node of options.nodes) positions.push(await positionOf({ ...options, ...node }))
  const index = electBootstrap(positions)
  const first = options.nodes[index] ?? options.nodes[0]
  const position = positions[index]
  if (first && position && position.seqno >= 0) writeFileSync(grastateOf(first), formatGrastate(position))
  return first?.name ?? options.name
}

/**
 * A new cluster: the first node makes the database, or has it from a lab without `--ha`, runs as a cluster of one and ends, so that its files hold
 * a position. The others begin with a copy of them, and nothing has to be transferred.
 */
async function copyFirst(options: GaleraOptions): Promise<void> {
  const [first, ...others] = options.nodes
  if (!first) return
  const begin = { ...options, ...first }
  const { env, extra } = await clusterSettings(begin)
  const child = await startMariadb({ ...begin, env, extra: [...extra, '--wsrep-new-cluster'] })
  await child.stop()
  for (const { folder } of others) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const unfinished = join(folder, 'data.unfinished')
    rmSync(unfinished, { recursive: true, force: true })
    cpSync(join(first.folder, 'data'), unfinished, { recursive: true, filter: path => !path.endsWith('galera.cache') })
    renameSync(unfinished, join(folder, 'data'))
  }
}

const grastateOf = ({ folder }: { folder: string }) => join(folder, 'data', 'grastate.dat')

/** The last transaction of a node that does not run. After a crash only InnoDB has it: mariadbd reads its log and prints it. */
async function positionOf(options: GaleraOptions): Promise<GaleraPosition> {
  const file = grastateOf(options)
  const saved = parseGrastate(existsSync(file) ? readFileSync(file, 'utf8') : undefined)
  if (saved.seqno >= 0 || saved.uuid === '') return saved
  const [program = '', ...args] = await serverCommand(options)
  // It ends by itself, with an exit code that says nothing about the position.
  const { stderr } = await promisify(execFile)(program, [
    ...args,
    ...galeraArguments(options),
    '--wsrep-recover',
  ]).catch((error: { stderr?: string }) => ({ stderr: error.stderr ?? '' }))
  return parseRecovered(stderr) ?? saved
}

type Readiness = 'ready' | 'not-ready' | 'refused' | 'silent'

/** What the node at an address answers. */
async function readiness(address: string): Promise<Readiness> {
  try {
    const connection = await createConnection({ host: address, ...DATABASE_USER, connectTimeout: ASK_WITHIN_MS })
    try {
      const [[row]] = await connection.query<RowDataPacket[]>({
        sql: "SHOW STATUS LIKE 'wsrep_ready'",
        timeout: ASK_WITHIN_MS,
      })
      return row?.Value === 'ON' ? 'ready' : 'not-ready'
    } finally {
      connection.destroy()
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'refused' : 'silent'
  }
}

/**
 * Lets the only node that still runs go on alone. Safe only because the others refuse connections, which means that their servers do not
 * run: after a split of the network they would be silent, and could have a majority of their own.
 */
async function makePrimary({ folder }: GaleraPlace): Promise<void> {
  // Root has access only through the socket.
  const connection = await createConnection({
    socketPath: await socketPath(resolve(folder), 'mysql.sock'),
    user: 'root',
  })
  await connection.query("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'").finally(() => connection.destroy())
}
