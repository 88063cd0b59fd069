/**
 * Checks a zone: what a master file must fulfil before it is served, and what its author should know.
 *
 * A zone with an error is not served; a zone with a warning is. The distinction is that of `named-checkzone`; check.test.ts compares
 * both.
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
import { type Include, type PlacedRecord, parseMasterFileSliced } from './master-file.ts'
import { inPortuguese } from './portuguese.ts'
import type { FilePosition } from './scanner.ts'
import { runAtOnce, type Sliced } from './sliced.ts'
import { buildZoneSliced, nodeAt, type Zone, type ZoneNode } from './zone.ts'

export interface ZoneProblem {
  readonly severity: 'error' | 'warning'
  readonly place: FilePosition
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
 * @param text the master file, one character for each octet (`latin1`), so that TXT records may hold any octet
 * @param file its name, for the positions of problems
 * @param origin the name of the zone, which is appended to relative names
 */
export function checkZone(text: string, file: string, origin: Name, include: Include = refuseInclude): ZoneReport {
  return runAtOnce(checkZoneSliced(text, file, origin, include))
}

/** {@link checkZone}, in slices of one record. */
export function* checkZoneSliced(text: string, file: string, origin: Name, include: Include): Sliced<ZoneReport> {
  const parsed = yield* parseMasterFileSliced(text, file, origin, include)
  const problems: ZoneProblem[] = parsed.errors.map(({ place, message }) => ({ severity: 'error', place, message }))
  if (problems.length > 0) return { origin, problems }

  const report = (severity: ZoneProblem['severity'], place: FilePosition, message: string) =>
    void problems.push({ severity, place, message })
  const records = yield* selectRecords(parsed.records, origin, report)
  const top = { file, line: 1, column: 1 }
  checkApex(records, origin, top, report)
  if (problems.some(isError)) return { origin, problems }

  const zone = yield* buildZoneSliced(origin, records)
  yield* checkNodes(zone, records, report)
  return problems.some(isError) ? { origin, problems } : { origin, zone, problems }
}

/**
 * `zones/db.example:12:5: error: … · …`, as compilers print it, in Portuguese and then in English. It is one line, and has no control
 * characters for the terminal, because messages quote zone files that may come from others.
 */
export function formatProblem({ severity, place, message }: ZoneProblem): string {
  const english = toUtf8(message)
  const portuguese = inPortuguese(english)
  const both = portuguese === undefined ? english : `${portuguese} · ${english}`
  return oneLine(`${place.file}:${place.line}:${place.column}: ${severity}: ${both}`)
}

export function isError(problem: ZoneProblem): boolean {
  return problem.severity === 'error'
}

/**
 * Whether serial `next` is greater than `last`. Serial numbers wrap around (RFC 1982 §3.2); at a distance of exactly half of their
 * range, neither is greater.
 */
export function serialGrew(last: number, next: number): boolean {
  const distance = (next - last) >>> 0
  return distance > 0 && distance < 0x80000000
}

type ReportProblem = (severity: ZoneProblem['severity'], place: FilePosition, message: string) => void

interface RrsetSoFar {
  readonly first: PlacedRecord
  /** Rdata of all its records so far; created for the second record, because most RRsets have only one. */
  seen?: Set<string>
}

/** Removes records outside of the zone and duplicates, and makes the TTLs of an RRset equal. */
function* selectRecords(all: readonly PlacedRecord[], origin: Name, report: ReportProblem): Sliced<PlacedRecord[]> {
  const rrsets = new Map<string, RrsetSoFar>()
  const selected: PlacedRecord[] = []
  for (const record of all) {
    yield
    const { name, type, place } = record
    if (!isAtOrBelow(name, origin)) {
      const words = `${formatName(name)} is not in the zone ${formatName(origin)}: record ignored (a final dot too many?)`
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
      report('warning', place, `duplicate record of ${owner} ignored`)
      continue
    }
    known.seen.add(identityOf(record))
    const { ttl } = known.first
    if (ttl !== record.ttl) {
      report('warning', place, `the TTLs of ${owner} differ: ${ttl} is used for all (RFC 2181 §5.2)`)
    }
    selected.push(ttl === record.ttl ? record : { ...record, ttl })
  }
  return selected
}

function identityOf({ type, data }: PlacedRecord): string {
  return rdataOctets(type, data).toString('latin1')
}

function checkApex(records: readonly PlacedRecord[], origin: Name, top: FilePosition, report: ReportProblem): void {
  const zone = formatName(origin)
  const soas = records.filter(({ type }) => type === TYPE.SOA)
  for (const soa of soas) {
    if (!sameName(soa.name, origin)) report('error', soa.place, `the SOA record must be at the apex, ${zone}`)
  }
  const atApex = soas.filter(({ name }) => sameName(name, origin))
  if (atApex.length === 0) report('error', top, `${zone} has no SOA record`)
  if (atApex[1]) report('error', atApex[1].place, `${zone} has ${atApex.length} SOA records; it must have one`)
  const hasNs = records.some(({ type, name }) => type === TYPE.NS && sameName(name, origin))
  if (!hasNs) report('error', top, `${zone} has no NS record`)
}

function* checkNodes(zone: Zone, records: readonly PlacedRecord[], report: ReportProblem): Sliced<void> {
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
      report('error', place, 'an NS record at a wildcard has no meaning (RFC 4592 §4.2)')
    if (type === TYPE.NS || type === TYPE.MX || type === TYPE.SRV)
      checkTarget(zone, type, name, targetOf(type, data), place, report)
  }
  const [ns, second] = records.filter(({ type, name }) => type === TYPE.NS && sameName(name, zone.origin))
  if (ns && !second) report('warning', ns.place, 'only one name server; RFC 1034 §4.1 requires two')
}

/** NS, MX and SRV must name a host: a name with addresses, not an alias (RFC 2181 §10.3). Names in other zones are not checked. */
function checkTarget(
  zone: Zone,
  type: number,
  owner: Name,
  target: Name | undefined,
  place: FilePosition,
  report: ReportProblem,
): void {
  if (!target || target.length === 0 || !isAtOrBelow(target, zone.origin)) return
  const what = `${formatName(owner)} ${typeName(type)} names ${formatName(target)}`
  const node = nodeAt(zone, target) ?? wildcardFor(zone, target)
  // At the apex these are the servers of this zone; at a zone cut, those of another zone.
  const atApex = sameName(owner, zone.origin)
  const severity = type === TYPE.NS && atApex ? 'error' : 'warning'
  if (node?.rrsets.has(TYPE.CNAME)) report(severity, place, `${what}, which is an alias (RFC 2181 §10.3)`)
  else if (!node?.rrsets.has(TYPE.A) && !node?.rrsets.has(TYPE.AAAA)) {
    // Names below a zone cut belong to the child zone. Only a server below its own cut needs an address here: glue.
    const glue = type === TYPE.NS && !atApex && isAtOrBelow(target, owner)
    if (!glue && isDelegated(zone, target)) return
    report(severity, place, `${what}, which has no address in this zone`)
  }
}

function refuseInclude(): never {
  throw new Error('$INCLUDE is not possible here')
}

/** Zone text is read one character for each octet; this decodes UTF-8 in it. The `§` of our own messages is unchanged. */
function toUtf8(message: string): string {
  return message.replace(/[\xc2-\xf4][\x80-\xbf]{1,3}/g, octets => Buffer.from(octets, 'latin1').toString('utf8'))
}
