/**
 * Checks a master file: its syntax, the rules of a zone, and advice for its author. A zone with an error is not served; a zone with a
 * warning is.
 *
 * Read beside: master-file.ts (syntax), rules.ts (errors), advice.ts (probable mistakes)
 * Pure: text in, a zone and its problems out.
 */
import { oneLine } from '#shared/log.ts'
import { isAtOrBelow, type Name } from '../wire/name.ts'
import { adviceAbout, adviceAboutZone } from './advice.ts'
import { type Include, parseMasterFileSliced } from './master-file.ts'
import { inPortuguese } from './portuguese.ts'
import { type ReportProblem, zoneFromRecords } from './rules.ts'
import type { FilePosition } from './scanner.ts'
import { runAtOnce, type Sliced } from './sliced.ts'
import { checkTargets } from './targets.ts'
import { recordsIn, type Zone } from './zone.ts'

export interface ZoneProblem {
  readonly severity: 'error' | 'warning'
  readonly place: FilePosition
  readonly message: string
}

export interface ZoneReport {
  readonly origin: Name
  /** Only when there is no error. */
  readonly zone?: Zone
  /** Number of records in the zone. */
  readonly records: number
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
  const problems: ZoneProblem[] = []
  const report: ReportProblem = (severity, place, message) => void problems.push({ severity, place, message })
  for (const { place, message } of parsed.errors) report('error', place, message)
  for (const { place, message } of parsed.warnings) report('warning', place, message)
  if (problems.some(isError)) return { origin, records: 0, problems }

  const top = { file, line: 1, column: 1 }
  const zone = yield* zoneFromRecords(parsed.records, origin, top, report)
  if (!zone) return { origin, records: 0, problems }
  for (const record of parsed.records) {
    yield
    if (!isAtOrBelow(record.name, origin)) continue
    checkTargets(zone, record, report)
    for (const advice of adviceAbout(record, zone)) report('warning', record.place, advice)
  }
  if (problems.some(isError)) return { origin, records: 0, problems }
  for (const advice of adviceAboutZone(zone)) report('warning', top, advice)
  let records = 0
  for (const _ of recordsIn(zone)) {
    records++
    yield
  }
  return { origin, zone, records, problems }
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

function refuseInclude(): never {
  throw new Error('$INCLUDE is not possible here')
}

/** Zone text is read one character for each octet; this decodes UTF-8 in it. The `§` of our own messages is unchanged. */
function toUtf8(message: string): string {
  return message.replace(/[\xc2-\xf4][\x80-\xbf]{1,3}/g, octets => Buffer.from(octets, 'latin1').toString('utf8'))
}
