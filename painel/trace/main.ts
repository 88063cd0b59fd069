/**
 * `npm run lab -- trace URL`: makes one request in the running lab, and prints every hop of it.
 *
 *     node painel/trace/main.ts PREFIX PORTS URL [--json]
 *
 * The painel need not run: the events are read from the components themselves.
 *
 * Read beside: watch-all.ts, ../journeys/journeys.ts (puts the events in order), trace-lines.ts, client/web-client.ts
 * Shell: DNS and HTTP to the lab, and one connection to the admin endpoint of each component.
 */
import { randomUUID } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Events } from '#shared/events.ts'
import { describeError } from '#shared/log.ts'
import { type Host, hostNamed, hostsOf, type NetworkMap, networkMap, prefixOf, ZONE } from '#shared/network-map.ts'
import { WebClient } from '../../client/web-client.ts'
import type { Journey } from '../journeys/journey.ts'
import { Journeys } from '../journeys/journeys.ts'
import { hasAdmin } from '../map/lab-map.ts'
import { equivalentCommands, type TraceContext, traceLines } from './trace-lines.ts'
import { watchAll } from './watch-all.ts'

/** Events may arrive a little after the response, in milliseconds. */
const LINGER_MS = 1_500
const LOOK_MS = 20

/** The last event of a request, at the edge. */
const LAST = ['edge.request', 'edge.local', 'edge.refused']

process.stdout.on('error', () => process.exit())
const [prefix = '', ports, text = ''] = process.argv.slice(2)
try {
  const map = networkMap(prefix, ports === 'high' ? 'high' : 'low')
  process.exitCode = await trace(urlIn(map, text), map, process.argv.includes('--json'))
} catch (error) {
  process.stderr.write(`trace: ${describeError(error)}\n`)
  process.exitCode = 1
}

async function trace(url: URL, map: NetworkMap, json: boolean): Promise<number> {
  const journeys = new Journeys()
  const events = new Events('client')
  events.watch(event => journeys.add(event))
  const { silent, close } = await watchAll(map.hosts.filter(isWatched), event => journeys.add(event))
  const httpPort = hostNamed(map, 'frontend1').port
  const client = new WebClient({ servers: hostsOf(map, 'dns'), httpPort, cache: 'none', events })
  const id = randomUUID()
  const failure = await client.send(url.href, { id }).then(() => undefined, describeError)
  if (failure === undefined) await lastEvent(journeys, id)
  client.close()
  close()
  const journey = journeys.get(id)
  if (journey === undefined) throw new Error(failure ?? 'nenhum evento · no event was observed')
  const context: TraceContext = { url, dns: hostNamed(map, 'ns1'), httpPort, silent }
  const output = json
    ? [JSON.stringify({ ...journey, failure, silent, commands: equivalentCommands(journey, context) })]
    : [...traceLines(journey, context), ...(failure === undefined ? [] : ['', `! ${failure}`])]
  for (const line of output) process.stdout.write(`${line}\n`)
  return failure === undefined ? 0 : 1
}

/** Waits for the events of the edge and of the DNS servers that the client asked, but not long: a component may have died. */
async function lastEvent(journeys: Journeys, id: string): Promise<void> {
  for (let waited = 0; waited < LINGER_MS; waited += LOOK_MS) {
    if (isComplete(journeys.get(id))) return
    await pause(LOOK_MS)
  }
}

function isComplete(journey: Journey | undefined): boolean {
  const kinds = journey?.hops.map(({ kind }) => kind) ?? []
  const count = (wanted: string) => kinds.filter(kind => kind === wanted).length
  return kinds.some(kind => LAST.includes(kind)) && count('dns.query') >= count('client.lookup')
}

/** The components that a request to `www` can pass. */
function isWatched(host: Host): boolean {
  return !host.planned && !host.spare && host.role !== 'application' && hasAdmin(host)
}

/** @throws Error for a URL that does not lead into the lab */
function urlIn({ prefix }: NetworkMap, text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  const name = url?.hostname ?? ''
  const isOurs = isIPv4(name) ? prefixOf(name) === prefix : name === ZONE || name.endsWith(`.${ZONE}`)
  if (url?.protocol === 'http:' && isOurs) return url
  throw new Error(
    `${JSON.stringify(text)}: só http:// e um nome de ${ZONE} ou um endereço ${prefix}.x · only http:// and a name in ${ZONE} or an address ${prefix}.x`,
  )
}
