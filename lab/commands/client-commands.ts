/**
 * `dig NAME [TYPE]` and `load [PATH] …`: the client of client/ at the terminal, against the lab that runs in this folder.
 *
 * Read beside: dns-server/dig.ts (which prints the response), client/load/load.ts, load-arguments.ts
 * Touches the world: DNS queries and HTTP requests to the lab. The libraries are loaded only when they are needed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Host, hostNamed, hostsOf, type NetworkMap, networkMap, WWW } from '#shared/network-map.ts'
import { statusOf } from '../control-client.ts'
import type { LabCommand } from './lab-command.ts'
import { parseLoadArguments, reportLines } from './load-arguments.ts'

const DIG = fileURLToPath(new URL('../../dns-server/dig.ts', import.meta.url))

/** Prints the response as decoded by the lab's own code; with `--json`, as decoded by the dns2 library. */
export const dig: LabCommand = {
  accepts: args => args.length >= 1 && args.length <= 2 && args.every(word => !word.startsWith('-')),
  run: async ([name = '', type = 'A'], { folder, json, print }) => {
    const server = hostNamed(await mapOf(folder), 'ns1')
    if (json) {
      print(JSON.stringify(await digJson(server, name, type.toUpperCase())))
      return 0
    }
    const child = spawn(
      process.execPath,
      [DIG, `@${server.address}`, '-p', `${server.port}`, name, type.toUpperCase()],
      {
        stdio: 'inherit',
      },
    )
    const [code] = await once(child, 'exit')
    return code ?? 1
  },
}

async function digJson(server: Host, name: string, type: string): Promise<unknown> {
  const { exchangeDns, isQueryType } = await import('../../client/resolver/dns-exchange.ts')
  if (!isQueryType(type))
    throw new Error(
      `${JSON.stringify(type)}: a biblioteca dns2 não tem este tipo · the dns2 library does not have this type`,
    )
  const { message, query, response, transport } = await exchangeDns(server, name, type, 5_000)
  const { header, questions, answers, authorities, additionals } = message
  const octets = { query: query.toString('hex'), response: response.toString('hex') }
  return {
    server: `${server.address}:${server.port}`,
    transport,
    header,
    questions,
    answers,
    authorities,
    additionals,
    ...octets,
  }
}

/** Real requests at a fixed rate: which frontends and backends answered, how fast, and what failed. */
export const load: LabCommand = {
  unhurried: true,
  accepts: args => parseLoadArguments(args) !== undefined,
  run: async (args, { folder, json, print, note }) => {
    const wanted = parseLoadArguments(args)
    if (wanted === undefined) return 1
    const map = await mapOf(folder)
    const [{ WebClient }, { load }, { checkPlan }] = await Promise.all([
      import('../../client/web-client.ts'),
      import('../../client/load/load.ts'),
      import('../../client/load/schedule.ts'),
    ])
    const plan = checkPlan(wanted.plan)
    const { cache, keepAlive } = wanted
    const client = new WebClient({
      servers: hostsOf(map, 'dns'),
      httpPort: hostNamed(map, 'frontend1').port,
      cache,
      keepAlive,
    })
    const url = `http://${WWW}${wanted.path}`
    const ended = new AbortController()
    process.once('SIGINT', () => ended.abort())
    note(`· ${url}: ${plan.count} requisições, ${plan.rate} por segundo · requests, a second; Ctrl-C termina · ends it`)
    const report = await load(client, url, plan, {}, ended.signal)
    client.close()
    if (json) print(JSON.stringify(report))
    else for (const line of reportLines(report)) print(line)
    return Object.keys(report.errors).length === 0 ? 0 : 1
  },
}

/** @throws NotRunning */
async function mapOf(folder: string): Promise<NetworkMap> {
  const { prefix, ports } = await statusOf(folder)
  return networkMap(prefix, ports)
}
