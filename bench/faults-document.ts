/**
 * docs/what-is-lost.md: the text around the tables, and the tables.
 *
 * Read beside: faults.ts, fault-rows.ts; docs/what-is-lost.json (the figures)
 * Pure: reports in, Markdown out.
 */
import type { WatchedTimes } from '../test/network/sightings.ts'
import type { TrialReport } from '../test/network/trial.ts'
import { type FaultRow, hostsText } from './fault-rows.ts'

export type FaultSite = 'lab' | 'ha' | 'nginx' | 'nginx-tuned'

/** What one row of a table is made of. */
export type FaultReport = Omit<TrialReport, 'begin' | 'end'> & WatchedTimes

export interface FaultResult {
  readonly site: FaultSite
  readonly row: FaultRow
  readonly report: FaultReport
  readonly run: FaultRun
}

/** How a row was measured. */
export interface FaultRun {
  readonly seed: number
  /** Requests a second. */
  readonly rate: number
  /** Seconds. */
  readonly before: number
  readonly during: number
  readonly after: number
  /** `2026-11-28`. */
  readonly date: string
  /** The processor and the number of cores. */
  readonly machine: string
  /** The load average of the machine when the row was finished. */
  readonly loadAverage: number
}

/** @param results in the order of the tables, at least one */
export function faultsDocument(results: readonly FaultResult[]): string {
  const of = (site: FaultSite) => results.filter(result => result.site === site)
  const latest = results.at(-1)?.run
  if (!latest) throw new RangeError('no row was measured')
  const parts = [introduction(latest)]
  if (of('lab').length > 0) parts.push('## This lab', ...tableOf(of('lab')), READING)
  if (of('ha').length > 0) parts.push(REPLICATED, ...tableOf(of('ha')))
  const usual = [
    ['## The usual build: BIND, nginx with its defaults, Express', of('nginx')],
    ['## The usual build, with nginx tuned', of('nginx-tuned')],
  ] as const
  if (usual.some(([, rows]) => rows.length > 0)) parts.push(USUAL)
  for (const [title, rows] of usual) if (rows.length > 0) parts.push(title, ...tableOf(rows))
  return `${parts.join('\n\n')}\n`
}

const introduction = ({ rate, before, during, after }: FaultRun) => `# What is lost when something fails

**Resumo em português.** Cada linha da tabela é um experimento: visitantes fazem ${rate} requisições por segundo, uma máquina falha durante ${during} s, e no fim cada escrita confirmada é
procurada no banco de dados e cada sessão é usada de novo. As colunas que devem ser sempre 0 são *respostas erradas*, *sessões perdidas* e *escritas confirmadas perdidas*. Uma leitura falha
só quando nenhuma outra máquina pode responder. \`npm run bench -- faults\` refaz a tabela.

Written by \`npm run bench -- faults\` from \`what-is-lost.json\`. Each host has a network namespace of its own (\`test/network/\`), so a cable can be pulled without ending a process. Visitors
send ${rate} requests a second: half of them with a session, 4 of 20 write, 1 of 20 logs in. (A log-in costs 40 to 90 ms of CPU for argon2. With more of them, two cores would mostly hash passwords, and
the tables would show that.) The fault begins after ${before} s, lasts at least ${during} s, and the load goes on for ${after} s. Then every row is read and every session is used.

- **failed**: no response, or a response other than 200. Log-ins are counted separately: a busy machine refuses some, because only a few passwords are hashed at a time (*503 (busy)*).
- **wrong**: a response that contradicts what was acknowledged before. **lost sessions**: 401 for a session that was not ended. **lost writes**: acknowledged, and missing at the end.
- **slow**: reads and writes that took longer than a second.
- **last failure**: seconds from the beginning of the fault until the last request was sent that failed, without the log-ins that were refused as *busy*. A dash: none failed.
- **noticed**: seconds from the beginning of the fault until the components that watch the host had all noticed: for an edge proxy, each DNS server left its address out; for a backend, each edge proxy sent it no
  more requests; for a database, \`/status\` of each backend said *down*. **used again**: seconds from the end of the fault until all of them used the host again.
- A dash in these two columns: not all of them noticed (after a restart or on a lossy link there may be nothing to notice), or the host was used again before the fault ended. No component watches the DNS servers
  (a client that gets no answer asks the other one) and the painel; BIND, nginx and Express publish nothing that could be observed; and in a rolling restart each host has its own times.

The counts of failed, wrong and lost requests do not depend on other programs of the machine; the times and the refused log-ins do. A high load average (below each table) makes requests slow that have nothing
to do with the fault: compare with the rows of a host that no request needs, such as the painel.

The suite has a short version with four of these rows (\`test/network/nothing-lost.test.ts\`, half a minute): all rows would double the time of \`npm test\`.`

const READING = `How to read it:

- **When a process is killed**, the kernel of its host refuses connections, so the next machine is asked at once. What is lost are requests that were under way and may not be repeated: a write, a log-in. The client gets a clear error. When an edge is killed, a read can be among them: a browser repeats\n  a read only if its connection had been open before (\`client/http/retry.ts\`).
- **A process that is stopped, or a cable that is pulled,** is silent. A read goes to another backend after 750 ms without an answer (\`edge-proxy/timeouts.ts\`), so it is slow once and does not fail. A write is not repeated: it waits for its time-out.
- **An edge that is silent** is worse than a backend: the client has its address from DNS for the TTL (5 s), and only the client can try another address. No server can shorten that.
- **One Redis and one MySQL** are single points: while one is away, what needs it gets 503, and nothing else does. \`npm start -- --ha\` has three of each (decision *Replicated databases* in
  [decisions.md](decisions.md)).
- **Lossy links** delay packets until TCP sends them again (200 ms, 400 ms …); nothing has to be decided.`

const REPLICATED = `## This lab with replicated databases

\`npm start -- --ha\`: three MySQL and three Redis servers. \`mysql\` is the node that all backends use, \`redis\` the master at that moment. A request that needs MySQL waits until another node is used. A request
that needs Redis fails until another server is the master: the column **last failure** shows how long that took, and three seconds are the goal (decision *Replicated databases: how fast another server takes over* in [decisions.md](decisions.md)). A backend that finds
another MySQL node between two of its probes never says *down*, so **noticed** may be a dash. The fault lasts six seconds: a *last failure* after that came when the host was back, and its node joined the group again.`

const USUAL = `## The same with BIND, nginx and Express

The same visitors, the same faults, the same databases; \`peers/express-backend.ts\` has the routes. BIND has no health checks, so the addresses of dead edges stay in the answer and each client tries them.
nginx notices a dead backend by requests that fail; *tuned* has short time-outs and another backend for each failure (\`peers/edge-proxies.ts\`).

*Tuned* was chosen in two tries: \`proxy_read_timeout\` was 750 ms at first, as the time-out of this lab's edges, which made so many 502 on a busy machine that the visitors could not log in; it is 2 s in the
table below. What causes the 502 and the lost writes of these tables was not traced. A likely cause of a 502: log-ins take longer than two seconds on a busy machine, and nginx then regards slow
backends as failed. A likely cause of a lost write beside stopped backends: the old write waits there and is executed after a newer one; this lab's backends do not begin a change for a connection that
is closed.`

const HEAD =
  '| hosts | failure | requests | failed reads | failed writes | failed log-ins | wrong | lost sessions | lost writes | slow | slowest | last failure | noticed | used again | most frequent reason |'

/** The table, and a sentence about each run that its rows were measured in. */
function tableOf(results: readonly FaultResult[]): string[] {
  const rule = `|${'---|'.repeat(HEAD.split('|').length - 2)}`
  const text = ({ date, machine, seed, rate }: FaultRun) =>
    `${date}, ${machine}; seed ${seed}, ${rate} requests a second`
  const runs = Map.groupBy(results, ({ run }) => text(run))
  const sentences = [...runs].map(([run, rows]) => {
    const loads = rows.map(({ run }) => run.loadAverage)
    const [lowest, highest] = [Math.min(...loads), Math.max(...loads)]
    const load = lowest === highest ? lowest : `${lowest} to ${highest}`
    const rowsText = runs.size > 1 ? `${rows.length} of ${results.length} rows: ` : ''
    return `Measured ${rowsText}${run}; load average ${load}.`
  })
  return [[HEAD, rule, ...results.map(line)].join('\n'), sentences.join('\n')]
}

function line({ row, report }: FaultResult): string {
  const { failedReads, failedWrites, failedLogins, wrong, lostSessions, lostWrites, unreadable, slow } = report
  const lost = unreadable.length > 0 ? `${lostWrites} (${unreadable.length} not readable)` : lostWrites
  const [reason] = report.reasons
  const cells = [
    hostsText(row),
    row.kind,
    report.requests,
    ...[failedReads, failedWrites, failedLogins, wrong, lostSessions, lost, slow],
    `${(report.slowestMs / 1000).toFixed(1)} s`,
    seconds(report.lastFailure),
    seconds(report.noticed),
    seconds(report.usedAgain),
    reason ? `${reason[1]} × ${reason[0]}` : '–',
  ]
  return `| ${cells.join(' | ')} |`
}

const seconds = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(1)} s`)
