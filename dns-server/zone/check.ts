/**
 * Checking a zone: what a master file must fulfil before it is served, and what its author should know.
 *
 * An error keeps the zone from being served; a warning does not. The line between the two is that of `named-checkzone`,
 * which check.test.ts holds it against.
 *
 * Read beside: RFC 1034 §3.6.2 (CNAME), §4.2.1 (what a zone must have); RFC 2181 §5.2, §6.1, §10.3
 * Pure: text in, a zone and its problems out.
 */
import { oneLine } from '#shared/log.ts'
import { rdataOctets, targetOf } from '../rdata/layouts.ts'
import { mayStandBesideCname, TYPE, typeName } from '../wire/codes.ts'
import { isAtOrBelow, type Name, nameKey, sameName } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import { adviceAbout, isDelegated, wildcardFor } from './advice.ts'
import { type Include, type PlacedRecord, parseMasterFileInSteps } from './master-file.ts'
import { inPortuguese } from './portuguese.ts'
import type { Place } from './scanner.ts'
import { atOnce, type Steps } from './sliced.ts'
import { buildZoneInSteps, nodeAt, type Zone, type ZoneNode } from './zone.ts'

export interface ZoneProblem {
  readonly severity: 'error' | 'warning'
  readonly place: Place
  readonly message: string
}

export interface ZoneReport {
  readonly origin: Name
  /** Only when there is no error. */
  readonly zone?: Zone
  readonly problems: readonly ZoneProblem[]
}

/**
 * Reads and checks a zone.
 *
 * @param text the master file, one character an octet (`latin1`), so that any octet of a TXT record comes through
 * @param file its name, for the problems' places
 * @param origin the name of the zone, what relative names are relative to
 */
export function checkZone(text: string, file: string, origin: Name, include: Include = refuseInclude): ZoneReport {
  return atOnce(checkZoneInSteps(text, file, origin, include))
}

/** {@link checkZone}, a record a step. */
export function* checkZoneInSteps(text: string, file: string, origin: Name, include: Include): Steps<ZoneReport> {
  const parsed = yield* parseMasterFileInSteps(text, file, origin, include)
  const problems: ZoneProblem[] = parsed.errors.map(({ place, message }) => ({ severity: 'error', place, message }))
  if (problems.length > 0) return { origin, problems }

  const report = (severity: ZoneProblem['severity'], place: Place, message: string) =>
    void problems.push({ severity, place, message })
  const records = yield* selectRecords(parsed.records, origin, report)
  const top = { file, line: 1, column: 1 }
  checkApex(records, origin, top, report)
  if (problems.some(isError)) return { origin, problems }

  const zone = yield* buildZoneInSteps(origin, records)
  yield* checkNodes(zone, records, report)
  return problems.some(isError) ? { origin, problems } : { origin, zone, problems }
}

/**
 * `zones/db.example:12:5: error: … · …`, as compilers print it, then the same in Portuguese. On one line, and without anything that
 * a terminal would obey: zone files are passed on, and what is wrong in them is shown.
 */
export function formatProblem({ severity, place, message }: ZoneProblem): string {
  const english = toUtf8(message)
  const portuguese = inPortuguese(english)
  const both = portuguese === undefined ? english : `${english} · ${portuguese}`
  return oneLine(`${place.file}:${place.line}:${place.column}: ${severity}: ${both}`)
}

export function isError(problem: ZoneProblem): boolean {
  return problem.severity === 'error'
}

/**
 * Whether `next` comes after `last`, as serial numbers count: around a circle (RFC 1982 §3.2). The serial that lies exactly
 * half-way round comes neither before nor after.
 */
export function serialGrew(last: number, next: number): boolean {
  const distance = (next - last) >>> 0
  return distance > 0 && distance < 0x80000000
}

type ReportProblem = (severity: ZoneProblem['severity'], place: Place, message: string) => void

interface Gathered {
  readonly first: PlacedRecord
  /** Rdata of all its records so far; made for the second one, as most RRsets have one record only. */
  seen?: Set<string>
}

/** Leaves out what lies outside of the zone and what stands there twice; makes TTLs of an RRset equal. */
function* selectRecords(all: readonly PlacedRecord[], origin: Name, report: ReportProblem): Steps<PlacedRecord[]> {
  const rrsets = new Map<string, Gathered>()
  const selected: PlacedRecord[] = []
  for (const record of all) {
    yield
    const { name, type, place } = record
    if (!isAtOrBelow(name, origin)) {
      const words = `${formatName(name)} is not in the zone ${formatName(origin)}: left out (is a final dot too many?)`
      report('warning', place, words)
      continue
    }
    const key = `${nameKey(name)}/${type}`
    const known = rrsets.get(key)
    if (!known) {
      rrsets.set(key, { first: record })
      selected.push(record)
      continue
    }
    const owner = `${formatName(name)} ${typeName(type)}`
    known.seen ??= new Set([identityOf(known.first)])
    if (known.seen.has(identityOf(record))) {
      report('warning', place, `${owner} stands there twice: the second one is left out`)
      continue
    }
    known.seen.add(identityOf(record))
    const { ttl } = known.first
    if (ttl !== record.ttl) {
      report('warning', place, `the TTLs of ${owner} differ: ${ttl} is used for all of them (RFC 2181 §5.2)`)
    }
    selected.push(ttl === record.ttl ? record : { ...record, ttl })
  }
  return selected
}

function identityOf({ type, data }: PlacedRecord): string {
  return rdataOctets(type, data).toString('latin1')
}

function checkApex(records: readonly PlacedRecord[], origin: Name, top: Place, report: ReportProblem): void {
  const zone = formatName(origin)
  const soas = records.filter(({ type }) => type === TYPE.SOA)
  for (const soa of soas) {
    if (!sameName(soa.name, origin)) report('error', soa.place, `the SOA record must be at the apex, ${zone}`)
  }
  const atApex = soas.filter(({ name }) => sameName(name, origin))
  if (atApex.length === 0) report('error', top, `${zone} has no SOA record`)
  if (atApex[1]) report('error', atApex[1].place, `${zone} has ${atApex.length} SOA records; one is needed`)
  const hasNs = records.some(({ type, name }) => type === TYPE.NS && sameName(name, origin))
  if (!hasNs) report('error', top, `${zone} has no NS record`)
}

function* checkNodes(zone: Zone, records: readonly PlacedRecord[], report: ReportProblem): Steps<void> {
  for (const record of records) {
    yield
    const { name, type, data, place } = record
    const node = nodeAt(zone, name) as ZoneNode
    if (type === TYPE.CNAME && ![...node.rrsets.keys()].every(mayStandBesideCname)) {
      report('error', place, `${formatName(name)} has a CNAME and other data (RFC 1034 §3.6.2)`)
    }
    if (type === TYPE.CNAME && (node.rrsets.get(type)?.data.length ?? 0) > 1) {
      report('error', place, `${formatName(name)} has more than one CNAME (RFC 2181 §10.1)`)
    }
    for (const advice of adviceAbout(record, zone)) report('warning', place, advice)
    if (type === TYPE.NS && name[0] === '*')
      report('error', place, 'an NS record at a wildcard means nothing (RFC 4592 §4.2)')
    if (type === TYPE.NS || type === TYPE.MX || type === TYPE.SRV)
      checkTarget(zone, type, name, targetOf(type, data), place, report)
  }
  const [ns, second] = records.filter(({ type, name }) => type === TYPE.NS && sameName(name, zone.origin))
  if (ns && !second) report('warning', ns.place, 'one name server only; RFC 1034 §4.1 asks for two')
}

/** NS and MX must name hosts: a name with addresses, not an alias (RFC 2181 §10.3). What lies in other zones is not ours to know. */
function checkTarget(
  zone: Zone,
  type: number,
  owner: Name,
  target: Name | undefined,
  place: Place,
  report: ReportProblem,
): void {
  if (!target || target.length === 0 || !isAtOrBelow(target, zone.origin)) return
  const what = `${formatName(owner)} ${typeName(type)} names ${formatName(target)}`
  const node = nodeAt(zone, target) ?? wildcardFor(zone, target)
  // At the apex it concerns this zone's own servers; at a cut, somebody else's.
  const atApex = sameName(owner, zone.origin)
  const severity = type === TYPE.NS && atApex ? 'error' : 'warning'
  if (node?.rrsets.has(TYPE.CNAME)) report(severity, place, `${what}, which is an alias (RFC 2181 §10.3)`)
  else if (!node?.rrsets.has(TYPE.A) && !node?.rrsets.has(TYPE.AAAA)) {
    // Below a cut the addresses are the child's; only a server below its own cut cannot be found without them: glue.
    const glue = type === TYPE.NS && !atApex && isAtOrBelow(target, owner)
    if (!glue && isDelegated(zone, target)) return
    report(severity, place, `${what}, which has no address in this zone`)
  }
}

function refuseInclude(): never {
  throw new Error('files cannot be included here')
}

/** Zone text is read one character an octet; where it was UTF-8 it shall be read as such. Our own `§` stays what it is. */
function toUtf8(message: string): string {
  return message.replace(/[\xc2-\xf4][\x80-\xbf]{1,3}/g, octets => Buffer.from(octets, 'latin1').toString('utf8'))
}
