/**
 * The rules of a zone: what its records must fulfil before they are served, whether they come from a file or by a transfer.
 *
 * An error keeps the zone from being served; a warning does not. The distinction is that of `named-checkzone`.
 *
 * Read beside: check.ts (files), ../transfer/fetch.ts (transfers); RFC 1034 §3.6.2 (CNAME), §4.2.1 (what a zone must have);
 *   RFC 2181 §5.2, §6.1, §10.1; RFC 6672 §2.3, §2.4 (DNAME); RFC 4034 §3 (TTL of RRSIG)
 * Pure: records in, a zone and its problems out.
 */
import { type Rrsig, rdataOctets, type Soa } from '../rdata/layouts.ts'
import { CLASS, className, mayStandBesideCname, TYPE, typeName } from '../wire/codes.ts'
import { encodeMessage, isTruncated, TCP_LIMIT } from '../wire/message.ts'
import { isAtOrBelow, type Name, nameKey, sameName } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { ResourceRecord, Rrset } from '../wire/record.ts'
import type { FilePosition } from './scanner.ts'
import type { Sliced } from './sliced.ts'
import { buildZoneSliced, nodeAt, nodesOf, type Zone, type ZoneNode } from './zone.ts'

export interface PlacedRecord extends ResourceRecord {
  readonly place: FilePosition
}

export type ReportProblem = (severity: 'error' | 'warning', place: FilePosition, message: string) => void

/** Octets of rdata below which an RRset always fits into a message over TCP, whatever its number of records. */
const SAFE_SIZE = 16_000

/**
 * Selects the records that belong to the zone, checks the rules, and builds the tree.
 *
 * @param top the position for problems that concern the zone as a whole
 * @param report called for each problem
 * @returns the zone; undefined after an error
 */
export function* zoneFromRecords(
  all: readonly PlacedRecord[],
  origin: Name,
  top: FilePosition,
  report: ReportProblem,
): Sliced<Zone | undefined> {
  let failed = false
  const noteErrors: ReportProblem = (severity, place, message) => {
    failed ||= severity === 'error'
    report(severity, place, message)
  }
  const records = yield* selectRecords(all, origin, noteErrors)
  checkApex(records, origin, top, noteErrors)
  if (failed) return undefined
  const zone = yield* buildZoneSliced(origin, records)
  yield* checkRecords(zone, records, noteErrors)
  yield* checkSizes(zone, top, noteErrors)
  return failed ? undefined : zone
}

/**
 * Whether serial `next` is greater than `last`. Serial numbers wrap around (RFC 1982 §3.2); at a distance of exactly half of their
 * range, neither is greater.
 */
export function serialGrew(last: number, next: number): boolean {
  const distance = (next - last) >>> 0
  return distance > 0 && distance < 0x80000000
}

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
    if (record.class !== CLASS.IN) {
      report('error', place, `${formatName(name)} is of class ${className(record.class)}; only class IN is supported`)
      continue
    }
    if (!isAtOrBelow(name, origin)) {
      const words = `${formatName(name)} is not in the zone ${formatName(origin)}: record ignored (a final dot too many?)`
      report('warning', place, words)
      continue
    }
    const key = rrsetKey(record)
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

/** Records with the same key form an RRset. Signatures are grouped by the type that they cover (RFC 4034 §3). */
function rrsetKey({ name, type, data }: ResourceRecord): string {
  const covered = type === TYPE.RRSIG ? `/${(data as Rrsig).typeCovered}` : ''
  return `${nameKey(name)}/${type}${covered}`
}

function identityOf({ type, data }: ResourceRecord): string {
  return rdataOctets(type, data).toString('latin1')
}

function checkApex(records: readonly PlacedRecord[], origin: Name, top: FilePosition, report: ReportProblem): void {
  const zone = formatName(origin)
  const soas = records.filter(({ type }) => type === TYPE.SOA)
  for (const soa of soas) {
    if (!sameName(soa.name, origin)) report('error', soa.place, `the SOA record must be at the apex, ${zone}`)
  }
  const [soa, second, ...others] = soas.filter(({ name }) => sameName(name, origin))
  if (!soa) report('error', top, `${zone} has no SOA record`)
  if (second) report('error', second.place, `${zone} has ${others.length + 2} SOA records; it must have one`)
  const hasNs = records.some(({ type, name }) => type === TYPE.NS && sameName(name, origin))
  if (!hasNs) report('error', top, `${zone} has no NS record`)
  if (soa) checkTimers(soa, report)
}

/** A secondary drops its copy after EXPIRE seconds without a check, and checks after REFRESH, then after RETRY (RFC 1912 §2.2). */
function checkTimers({ data, place }: PlacedRecord, report: ReportProblem): void {
  const { refresh, retry, expire } = data as Soa
  if (expire >= refresh + retry) return
  const sum = `refresh ${refresh} and retry ${retry}`
  report('warning', place, `the expire time of the SOA, ${expire}, is less than ${sum} together (RFC 1912 §2.2)`)
}

function* checkRecords(zone: Zone, records: readonly PlacedRecord[], report: ReportProblem): Sliced<void> {
  for (const { name, type, place } of records) {
    yield
    const node = nodeAt(zone, name) as ZoneNode
    const owner = formatName(name)
    if (type === TYPE.CNAME && ![...node.rrsets.keys()].every(mayStandBesideCname)) {
      report('error', place, `${owner} has a CNAME and other data (RFC 1034 §3.6.2)`)
    }
    if ((type === TYPE.CNAME || type === TYPE.DNAME) && (node.rrsets.get(type)?.data.length ?? 0) > 1) {
      const section = type === TYPE.CNAME ? 'RFC 2181 §10.1' : 'RFC 6672 §2.4'
      report('error', place, `${owner} has more than one ${typeName(type)} (${section})`)
    }
    if (type === TYPE.DNAME && node !== zone.apex && node.rrsets.has(TYPE.NS)) {
      report('error', place, `${owner} has a DNAME and an NS record (RFC 6672 §2.3)`)
    }
    if (type === TYPE.NS && name[0] === '*')
      report('error', place, 'an NS record at a wildcard has no meaning (RFC 4592 §4.2)')
  }
}

/** An RRset must fit into one message, at least over TCP: it is sent complete or not at all. */
function* checkSizes(zone: Zone, top: FilePosition, report: ReportProblem): Sliced<void> {
  for (const node of nodesOf(zone.apex)) {
    yield
    for (const rrset of node.rrsets.values()) {
      if (rrset.data.length > 1 && !fitsIntoMessage(rrset)) {
        const what = `${formatName(rrset.name)} ${typeName(rrset.type)}`
        report(
          'error',
          top,
          `the ${rrset.data.length} records of ${what} do not fit into one message of ${TCP_LIMIT} octets`,
        )
      }
    }
  }
}

function fitsIntoMessage(rrset: Rrset): boolean {
  if (rrset.data.length < 100) {
    const size = rrset.data.reduce((sum, data) => sum + rdataOctets(rrset.type, data).length + 12, 0)
    if (size < SAFE_SIZE) return true
  }
  const { name, type, class: klass } = rrset
  const flags = { qr: true, opcode: 0, aa: true, tc: false, rd: false, ra: false, ad: false, cd: false, rcode: 0 }
  const sections = { answer: [rrset], authority: [], additional: [], edns: undefined }
  return !isTruncated(
    encodeMessage({ id: 0, ...flags, questions: [{ name, type, class: klass }], ...sections }, TCP_LIMIT - 64),
  )
}
