/**
 * A journey as text for a terminal: the equivalent `dig` and `curl` lines, then every hop with its reason and its octets.
 *
 * Read beside: ../journeys/journey.ts (what is printed), main.ts (which collects it)
 * Pure: a journey in, lines out.
 */
import type { Hop, Journey } from '../journeys/journey.ts'

export interface TraceContext {
  readonly url: URL
  /** `address:port` of the DNS server that was asked. */
  readonly dns: { readonly address: string; readonly port: number }
  /** The port of the edge proxies. */
  readonly httpPort: number
  /** Components that could not be watched. */
  readonly silent: readonly string[]
}

/** The commands that do by hand what the client did. */
export interface EquivalentCommands {
  readonly dig: string
  readonly curl: string
}

export function equivalentCommands({ id, hops }: Journey, { url, dns, httpPort }: TraceContext): EquivalentCommands {
  const chosen = hops.findLast(({ kind }) => kind === 'client.address')?.detail.address
  const port = url.port === '' ? httpPort : Number(url.port)
  const address = typeof chosen === 'string' ? chosen : 'ENDERECO'
  return {
    dig: `dig @${dns.address} -p ${dns.port} ${url.hostname} A`,
    curl: `curl -i --connect-to ::${address}:${port} -H 'X-Request-Id: ${id}' '${url.href.replaceAll("'", '%27')}'`,
  }
}

export function traceLines(journey: Journey, context: TraceContext): string[] {
  const { method, status, frontend, backend, milliseconds, hops } = journey
  const { dig, curl } = equivalentCommands(journey, context)
  const servers = [frontend, backend].filter(name => name !== null).join(', ')
  const began = Math.min(...hops.map(({ time, ms }) => time - (ms ?? 0)))
  return [
    `${method || 'GET'} ${context.url.href}`,
    `${status ?? 'sem resposta · no response'}  ${servers}  ${milliseconds === null ? '' : `${milliseconds.toFixed(1)} ms`}`,
    ...context.silent.map(name => `! ${name}: desligado ou sem resposta, não observado · off or silent, not observed`),
    '',
    'O mesmo à mão · the same by hand:',
    `  ${dig}`,
    `  ${curl}`,
    ...hops.flatMap((hop, i) => ['', ...hopLines(hop, i + 1, began), ...hopOctets(hop, printedBefore(hops, i))]),
  ]
}

/** Octets that an earlier hop has shown, and the number of that hop: what the client received is what the server sent. */
function printedBefore(hops: readonly Hop[], index: number): ReadonlyMap<string, number> {
  const printed = hops.slice(0, index).flatMap(({ octets = {} }, i) => Object.values(octets).map(hex => [hex, i + 1]))
  return new Map((printed as [string, number][]).toReversed())
}

function hopLines({ component, hop, time, ms, reason, reasonEn }: Hop, number: number, began: number): string[] {
  const at = `${(time - began).toFixed(1)} ms`
  const lasted = ms === null ? '' : `  (${ms.toFixed(1)} ms)`
  return [
    `${`${number}`.padStart(2)}  ${at.padStart(9)}  ${component} [${hop}]${lasted}`,
    `    ${reason}`,
    `    ${reasonEn}`,
  ]
}

function hopOctets({ octets = {} }: Hop, before: ReadonlyMap<string, number>): string[] {
  return Object.entries(octets).flatMap(([name, hex]) => octetLines(name, Buffer.from(hex, 'hex'), before.get(hex)))
}

const TITLES: Readonly<Record<string, string>> = {
  query: 'consulta · query',
  answer: 'resposta · answer',
  received: 'recebido · received',
  sent: 'enviado · sent',
}

/** DNS messages are octets, printed as in a packet view. HTTP heads are text, printed line by line. */
function octetLines(name: string, octets: Buffer, before: number | undefined): string[] {
  const title = `    ${TITLES[name] ?? name}, ${octets.length} bytes:`
  if (before !== undefined) return [`${title} os mesmos do passo ${before} · the same as in step ${before}`]
  if (name === 'query' || name === 'answer') return [title, ...hexDump(octets).map(line => `      ${line}`)]
  const text = octets.toString('latin1').trimEnd()
  return [title, ...text.split('\r\n').map(line => `      | ${line}`)]
}

const IN_A_LINE = 16

/** `0010  03 77 77 77 …  .www` */
export function hexDump(octets: Buffer): string[] {
  return Array.from({ length: Math.ceil(octets.length / IN_A_LINE) }, (_, line) => {
    const part = octets.subarray(line * IN_A_LINE, (line + 1) * IN_A_LINE)
    const hex = [...part].map(octet => octet.toString(16).padStart(2, '0')).join(' ')
    const text = part.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.')
    return `${(line * IN_A_LINE).toString(16).padStart(4, '0')}  ${hex.padEnd(3 * IN_A_LINE)} ${text}`
  })
}
