/**
 * Zone files on disk: every file `db.<origin>` of a folder is a zone.
 *
 * Read beside: check.ts (which decides), RFC 1035 §5 ($INCLUDE)
 * Touches the world: reads files, inside the zone's own folder only.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { SettingError } from '#shared/settings.ts'
import type { Name } from '../wire/name.ts'
import { formatName, parseName, TextError } from '../wire/name-text.ts'
import { checkZoneSliced, formatProblem, type ZoneReport } from './check.ts'
import { runAtOnce, type Sliced } from './sliced.ts'
import { Zones } from './zone.ts'

const ZONE_FILE_PREFIX = 'db.'
/** Endings of files that editors and tools make beside a zone file. */
const LEFTOVER = /~$|\.(swp|bak|tmp|new|orig|rej)$/
/** Octets; far more than any zone of a lab, far less than the memory. */
const FILE_LIMIT = 256 * 1024 * 1024

/** The files of a zone, whether they could be read or not, and the look of each (see {@link lookOf}) before it was read. */
export type Looks = ReadonlyMap<string, string>

export interface ZoneOnDisk {
  readonly report: ZoneReport
  readonly files: Looks
}

/**
 * Reads and checks a zone file. The name of the file says which zone it is. `npm run lab -- zone check FILE` runs this.
 *
 * @param path a file named `db.<origin>`, `zones/db.meutrabalho.com.br` for example
 * @param origin the name of the zone, where the name of the file does not say it
 * @throws TextError when the name of the file has another form; Error from the file system when it cannot be read
 */
export function checkZoneFile(path: string, origin = originOf(path)): ZoneReport {
  return runAtOnce(readZoneSliced(path, origin)).report
}

/** {@link checkZoneFile}, in slices of one record; returns the files as well. */
export function* readZoneSliced(path: string, origin = originOf(path)): Sliced<ZoneOnDisk> {
  const folder = realpathSync(dirname(resolve(path)))
  const files = new Map([[path, lookOf(path)]])
  const include = (file: string) => {
    const path = resolve(folder, file)
    // A missing file is watched too, so that the zone is read again when it appears.
    files.set(path, lookOf(path))
    return readZoneText(insideOf(folder, file))
  }
  return { report: yield* checkZoneSliced(readZoneText(path), path, origin, include), files }
}

/** The zone that a file holds, by its name. The server and `zone check` use this one rule. @throws TextError */
export function originOf(path: string): Name {
  const name = basename(path)
  if (!name.startsWith(ZONE_FILE_PREFIX) || name.length === ZONE_FILE_PREFIX.length) {
    throw new TextError(
      `${path}: o nome de um arquivo de zona é db.<zona>, por exemplo db.meutrabalho.com.br · a zone file is named db.<zone>, db.meutrabalho.com.br for example`,
    )
  }
  if (LEFTOVER.test(name))
    throw new TextError(
      `${path}: o servidor ignora arquivos com esta terminação, que editores e ferramentas criam · the server ignores files with this ending, which editors and tools make`,
    )
  return parseName(name.slice(ZONE_FILE_PREFIX.length))
}

/** The zone files of a folder, in alphabetical order. */
export function zoneFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.startsWith(ZONE_FILE_PREFIX) && name.length > ZONE_FILE_PREFIX.length && !LEFTOVER.test(name))
    .sort()
    .map(name => join(folder, name))
}

/** Files of a folder that look like zone files and are not read, because of their names. */
function ignoredFilesIn(folder: string): string[] {
  const read = new Set(zoneFilesIn(folder))
  return readdirSync(folder)
    .filter(name => /^(db|named)\.|\.(zone|db)$/.test(name) && !/~$|\.swp$/.test(name))
    .sort()
    .map(name => join(folder, name))
    .filter(path => !read.has(path))
}

/** The look of a file without reading it: identity, size and time of change. */
export function lookOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino}/${stat.size}/${stat.mtimeNs}` : 'gone'
}

/** One character for each octet, because TXT records may hold any octet. A byte order mark comes from an editor and is removed. */
function readZoneText(path: string): string {
  const stat = statSync(path)
  // Reading a pipe or a device would block all queries until something is written to it.
  if (!stat.isFile()) throw new Error(`${path} is not a regular file`)
  const { size } = stat
  if (size > FILE_LIMIT) throw new Error(`${path} has ${size} octets; the limit is ${FILE_LIMIT}`)
  return readFileSync(path, 'latin1').replace(/^\xef\xbb\xbf/, '')
}

function insideOf(folder: string, file: string): string {
  const path = realpathSync(resolve(folder, file))
  const fromFolder = relative(folder, path)
  if (fromFolder === '..' || fromFolder.startsWith(`..${sep}`))
    throw new Error('only files in the folder of the zone can be included')
  return path
}

export interface LoadedZones {
  /** A zone whose file has an error is held. */
  readonly zones: Zones
  /** For each zone file, the files from which it was read. */
  readonly files: ReadonlyMap<string, Looks>
}

/**
 * Loads every zone of a folder, at start. A file with an error does not affect the others: its zone is held.
 *
 * @param report called for each problem, in words, and for each file that is ignored
 * @throws SettingError when the folder cannot be read, or has no zone file
 */
export function loadZones(
  folder: string,
  report: (severity: 'error' | 'warning', problem: string) => void,
): LoadedZones {
  const zones = new Zones()
  const files = new Map<string, Looks>()
  for (const path of zoneFilesOrError(folder)) {
    try {
      const origin = originOf(path)
      if (zones.get(origin) || zones.whyHeld(origin, true) !== undefined) {
        report('error', secondFile(path, origin))
        files.set(path, new Map([[path, lookOf(path)]]))
        continue
      }
      zones.hold(origin, 'its zone file has an error')
      files.set(path, new Map([[path, lookOf(path)]]))
      const onDisk = runAtOnce(readZoneSliced(path, origin))
      files.set(path, onDisk.files)
      for (const problem of onDisk.report.problems) report(problem.severity, formatProblem(problem))
      if (onDisk.report.zone) zones.put(onDisk.report.zone)
    } catch (error) {
      report('error', (error as Error).message)
    }
  }
  for (const path of ignoredFilesIn(folder)) {
    const portuguese = 'este arquivo não é lido: o nome de um arquivo de zona é db.<zona>'
    report('warning', `${path}: ${portuguese} · this file is not read: a zone file is named db.<zone>`)
  }
  return { zones, files }
}

/** Why a second file for the same zone is not read. */
export function secondFile(path: string, origin: Name): string {
  const zone = formatName(origin)
  return `${path}: a zona ${zone} já tem outro arquivo; este não é lido · the zone ${zone} has another file already; this one is not read`
}

/** {@link zoneFilesIn}, at start. @throws SettingError when there is none */
export function zoneFilesOrError(folder: string): string[] {
  try {
    const files = zoneFilesIn(folder)
    if (files.length > 0) return files
  } catch (error) {
    throw new SettingError(
      'ZONES',
      folder,
      `não é possível ler a pasta · the folder cannot be read: ${(error as Error).message}`,
    )
  }
  throw new SettingError(
    'ZONES',
    folder,
    'a pasta precisa ter pelo menos um arquivo de zona, db.<zona> · the folder must have at least one zone file, named db.<zone>',
  )
}
