/**
 * What the edge did with each field of a message, for people: found by comparing what was received with what was sent.
 *
 * Read beside: shared/event-kinds.ts (FieldVerdict), ../forwarding/hop-by-hop.ts (the rules as they are applied)
 * Pure: fields and a head in, verdicts out.
 */
import type { FieldVerdict } from '#shared/event-kinds.ts'
import { nominatedBy } from '../forwarding/hop-by-hop.ts'
import type { Field } from '../http1/fields.ts'

/** The section behind a field that is not simply forwarded. Of a field that is in neither list, the edge keeps the value. */
const RULES: Readonly<Record<string, string>> = {
  connection: 'RFC 9110 §7.6.1',
  'keep-alive': 'RFC 9110 §7.6.1',
  'proxy-connection': 'RFC 9110 §7.6.1',
  te: 'RFC 9110 §7.6.1',
  upgrade: 'RFC 9110 §7.8',
  'http2-settings': 'RFC 9110 §7.6.1',
  'proxy-authorization': 'RFC 9110 §11.7.2',
  // How this one message is framed: decided anew for each side.
  'transfer-encoding': 'RFC 9112 §6.1',
  'content-length': 'RFC 9110 §8.6',
  trailer: 'RFC 9110 §6.6.2',
  expect: 'RFC 9110 §10.1.1',
  host: 'RFC 9110 §7.2',
  'max-forwards': 'RFC 9110 §7.6.2',
  via: 'RFC 9110 §7.6.3',
  date: 'RFC 9110 §6.6.1',
  'set-cookie': 'RFC 6265 §4.1',
  forwarded: 'RFC 7239 §4',
  'x-forwarded-for': 'RFC 7239 §7.4',
  'x-forwarded-host': 'RFC 7239 §7.4',
  'x-forwarded-proto': 'RFC 7239 §7.4',
  traceparent: 'W3C Trace Context §3.2',
  tracestate: 'W3C Trace Context §3.3',
  'server-timing': 'W3C Server Timing §3',
}

/** RFC 9110 §5.1: "A proxy MUST forward unrecognized header fields". */
const KEPT = 'RFC 9110 §5.1'

/**
 * One verdict for each field name: first those received, in their order, then those that the edge added.
 *
 * @param received the fields of the message that came in
 * @param sentHead the head that went out, with its start line
 */
export function fieldVerdicts(received: readonly Field[], sentHead: string): FieldVerdict[] {
  const nominated = new Set(nominatedBy(received))
  const before = valuesByKey(received.map(({ name, value }) => [name, value]))
  const after = valuesByKey(linesOf(sentHead))
  const verdicts = [...before].map(([key, { name, values }]): FieldVerdict => {
    const sent = after.get(key)?.values
    if (sent === undefined) return { name, verdict: 'removed', rule: nominated.has(key) ? NOMINATED : ruleOf(key) }
    if (sent === values) return { name, verdict: 'kept', rule: KEPT }
    return { name, verdict: 'replaced', rule: ruleOf(key) }
  })
  for (const [key, { name }] of after) {
    if (!before.has(key)) verdicts.push({ name, verdict: 'added', rule: ruleOf(key) })
  }
  return verdicts
}

const NOMINATED = 'RFC 9110 §7.6.1'

function ruleOf(key: string): string {
  return RULES[key] ?? 'lab'
}

function linesOf(head: string): [name: string, value: string][] {
  return head
    .split('\r\n')
    .slice(1)
    .filter(line => line !== '')
    .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
}

function valuesByKey(lines: readonly (readonly [name: string, value: string])[]) {
  const fields = new Map<string, { name: string; values: string }>()
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    const known = fields.get(key)
    if (known === undefined) fields.set(key, { name, values: value })
    else known.values += `\r\n${value}`
  }
  return fields
}
