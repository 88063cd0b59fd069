/**
 * Compares the outcome of a request with the required one: octet by octet for this edge, by meaning for other proxies.
 *
 * Read beside: case.ts, observe.ts, RFC 9110 §7.6 (what a proxy may change)
 * Pure: an outcome in, differences out.
 */
import { type ConformanceCase, THE_PROXY, type Want, type WantResponses } from './case.ts'
import type { CaseOutcome } from './observe.ts'
import type { Recorded } from './recorder.ts'

/** Fields that proxies write themselves; they are compared apart from the fields that the client sent. */
const WRITTEN_BY_PROXIES = new Set(
  `connection via forwarded x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-request-id traceparent`.split(
    ' ',
  ),
)

/** Every difference between an outcome and what the case requires of this edge; empty when there is none. */
export function mismatches({ want }: ConformanceCase, outcome: CaseOutcome, { octetwise = false } = {}): string[] {
  const found: string[] = []
  const expect = (what: string, is: unknown, shouldBe: unknown) => {
    const [seen, wanted] = [JSON.stringify(is), JSON.stringify(shouldBe)]
    if (seen !== wanted) found.push(`${what}: ${seen} instead of ${wanted}`)
  }
  if ('refused' in want) {
    expect('responses', outcome.statuses, [want.refused])
    expect('closed', outcome.closed, true)
    expect('complete requests', outcome.arrived.filter(request => request.complete).length, 0)
    expect('problem+json', /^content-type: application\/problem\+json\r$/im.test(outcome.received), true)
    expect('names its rule', /"rule":"RFC \d+ /.test(outcome.received), true)
    return found
  }
  expect('responses', outcome.statuses, want.responses)
  expect(
    want.after,
    { open: outcome.open, closed: outcome.closed },
    { open: want.after === 'open', closed: want.after === 'closed' },
  )
  expect('requests', outcome.arrived.length, want.arrives.length)
  for (const [index, text] of want.arrives.entries()) {
    const arrived = outcome.arrived[index]
    if (arrived === undefined) continue
    const [own, others] = partition(arrived.head)
    // When the client writes octet by octet, one chunk becomes many. Then only their content can be compared.
    const wanted = recorded(text, outcome)
    expect('head', others, plain(wanted.head))
    expect('body', octetwise ? decoded(arrived) : arrived.body, octetwise ? decoded(wanted) : wanted.body)
    expect('complete', arrived.complete, true)
    found.push(...proxyFieldMismatches(own, want))
  }
  return found
}

/** Each field that the edge writes must occur once, with the value that the case requires. */
function proxyFieldMismatches(own: ReadonlyMap<string, string[]>, { writes = {} }: WantResponses): string[] {
  const found: string[] = []
  for (const name of WRITTEN_BY_PROXIES) {
    const values = own.get(name) ?? []
    const count = name === 'connection' || name === 'x-forwarded-port' ? 0 : 1
    if (values.length !== count) found.push(`${name} occurs ${values.length} times: ${values.join(' | ')}`)
    const wanted = writes[name]
    if (wanted !== undefined && values[0] !== wanted) found.push(`${name} is ${values[0]} instead of ${wanted}`)
  }
  return found
}

/** An outcome in a few words, for a table: `400, closed`. */
function describeOutcome(outcome: CaseOutcome): string {
  const { statuses, arrived, received } = outcome
  if (statuses.length === 0) {
    if (received !== '') return 'a response without a head'
    return outcome.closed ? 'closed without a response' : 'no response: waits for more'
  }
  const forwarded = arrived.filter(request => request.complete).length
  const words = [statuses.join(' ')]
  if (forwarded > 0) words.push(forwarded === 1 ? 'forwarded' : `${forwarded} forwarded`)
  words.push(outcome.open ? 'open' : 'closed')
  return words.join(', ')
}

/** How an outcome differs in meaning from what the case requires; empty when client and backend see no difference. */
export function deviation({ want }: ConformanceCase, outcome: CaseOutcome): string {
  const wanted = describeWant(want)
  const seen = describeOutcome(outcome)
  if (seen !== wanted) return seen
  if ('refused' in want) return ''
  const found = want.arrives.flatMap((text, index) => {
    const arrived = outcome.arrived[index]
    return arrived === undefined ? ['did not arrive'] : differences(recorded(text, outcome), arrived)
  })
  return found.length === 0 ? '' : `${seen}, but ${found.join(', ')}`
}

/** The required outcome, in the same words. */
export function describeWant(want: Want): string {
  if ('refused' in want) return `${want.refused}, closed`
  const words = [want.responses.join(' ')]
  if (want.arrives.length > 0) words.push(want.arrives.length === 1 ? 'forwarded' : `${want.arrives.length} forwarded`)
  return [...words, want.after].join(', ')
}

/** Differences in fields, target and content; order, case and framing are not compared. */
function differences(wanted: Recorded, arrived: Recorded): string[] {
  const found: string[] = []
  const [wantedLine = ''] = plain(wanted.head)
  const [line = ''] = plain(arrived.head)
  if (line !== wantedLine) found.push(`\`${printable(line)}\``)
  const [fields, wantedFields] = [endToEnd(arrived.head), endToEnd(wanted.head)]
  const added = fields.filter(field => !wantedFields.includes(field))
  const missing = wantedFields.filter(field => !fields.includes(field))
  if (added.length > 0) found.push(`with ${added.map(field => `\`${printable(field)}\``).join(' ')}`)
  if (missing.length > 0) found.push(`without ${missing.map(field => `\`${printable(field)}\``).join(' ')}`)
  if (decoded(arrived).content !== decoded(wanted).content) found.push('other content')
  if (decoded(arrived).trailers !== decoded(wanted).trailers) found.push('other trailers')
  return found
}

function endToEnd(head: string): string[] {
  return plain(head)
    .slice(1)
    .map(line => line.replace(/^[^:]*/, name => name.toLowerCase()))
    .filter(
      line =>
        !/^(content-length|transfer-encoding):/.test(line) && !WRITTEN_BY_PROXIES.has(line.split(':', 1)[0] ?? ''),
    )
}

/** The lines of a head, with one space after each colon. */
function plain(head: string): string[] {
  return head
    .slice(0, -4)
    .split('\r\n')
    .map((line, index) => (index === 0 ? line : line.replace(/:[ \t]*(.*?)[ \t]*$/, ': $1')))
}

function partition(head: string): [own: ReadonlyMap<string, string[]>, others: string[]] {
  const own = new Map<string, string[]>()
  const others = plain(head).filter((line, index) => {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    if (index === 0 || !WRITTEN_BY_PROXIES.has(name)) return true
    own.set(name, [...(own.get(name) ?? []), line.slice(name.length + 2)])
    return false
  })
  return [own, others]
}

function recorded(text: string, { proxy }: CaseOutcome): Recorded {
  const end = text.indexOf('\r\n\r\n') + 4
  const head = text.slice(0, end).replace(`Host: ${THE_PROXY}\r\n`, `Host: ${proxy}\r\n`)
  return { head, body: text.slice(end), complete: true }
}

/** Content and trailers of a body, without its framing. */
function decoded({ head, body }: Recorded): { content: string; trailers: string } {
  if (!/^transfer-encoding:/im.test(head)) return { content: body, trailers: '' }
  let content = ''
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.slice(at, end), 16)
    if (!(size > 0)) return { content, trailers: body.slice(end + 2).replace(/\r\n$/, '') }
    content += body.slice(end + 2, end + 2 + size)
    at = end + 2 + size + 2
  }
}

/** Replaces octets that would break a Markdown table. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\xff|`]/g, octet => `\\x${octet.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
