/**
 * Zone files on disk: every file `db.<origin>` of a folder is a zone.
 *
 * Read beside: check.ts (which decides), RFC 1035 §5 ($INCLUDE)
 * Touches the world: reads files, inside the zone's own folder only.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { SettingError } from '#shared/settings.ts'
import { parseName, TextError } from '../wire/name-text.ts'
import { checkZone, formatProblem, isError, type ZoneReport } from './check.ts'
import { Zones } from './zone.ts'

export const ZONE_FILE_PREFIX = 'db.'
/** Octets. Far above any zone a lab has, far below what would fill the memory. */
const FILE_LIMIT = 256 * 1024 * 1024

/**
 * Reads and checks a zone file; its name says which zone it is. This is what `npm run lab -- zone check FILE` runs.
 *
 * @param path a file named `db.<origin>`, `zones/db.meutrabalho.com.br` for example
 * @throws TextError when the file's name is not of that form; Error from the file system when it cannot be read
 */
export function checkZoneFile(path: string, origin?: string): ZoneReport {
  const name = origin ?? originOf(path)
  const folder = realpathSync(dirname(resolve(path)))
  return checkZone(readZoneText(path), path, parseName(name), file => readZoneText(insideOf(folder, file)))
}

/** The zone files of a folder, in alphabetical order. Editors' leftovers (`db.x~`, `db.x.swp`) are not among them. */
export function zoneFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.startsWith(ZONE_FILE_PREFIX) && !/~$|\.(swp|bak|tmp|orig|rej)$/.test(name))
    .sort()
    .map(name => join(folder, name))
}

function originOf(path: string): string {
  const name = basename(path)
  if (name.startsWith(ZONE_FILE_PREFIX) && name.length > ZONE_FILE_PREFIX.length)
    return name.slice(ZONE_FILE_PREFIX.length)
  throw new TextError(`${path}: a zone file is named db.<zone>, db.meutrabalho.com.br for example`)
}

/** One character an octet: TXT records may hold any. A byte order mark is an editor's, not the zone's. */
function readZoneText(path: string): string {
  const { size } = statSync(path)
  if (size > FILE_LIMIT) throw new Error(`${path} has ${size} octets; ${FILE_LIMIT} is the limit`)
  return readFileSync(path, 'latin1').replace(/^\xef\xbb\xbf/, '')
}

function insideOf(folder: string, file: string): string {
  const path = realpathSync(resolve(folder, file))
  const way = relative(folder, path)
  if (way === '..' || way.startsWith(`..${sep}`))
    throw new Error('only files in the folder of the zone can be included')
  return path
}

/**
 * Loads every zone of a folder, at start.
 *
 * @throws SettingError naming file, line and column of the first error, or what is wrong with the folder
 */
export function loadZones(folder: string, warn: (problem: string) => void): Zones {
  const zones = new Zones()
  for (const path of filesOrError(folder)) {
    const { zone, problems } = reportOrError(path)
    const errors = problems.filter(isError)
    if (!zone) {
      const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
      throw new SettingError('ZONES', folder, `${errors[0] ? formatProblem(errors[0]) : path}${more}`)
    }
    for (const problem of problems) warn(formatProblem(problem))
    zones.put(zone)
  }
  return zones
}

function filesOrError(folder: string): string[] {
  try {
    const files = zoneFilesIn(folder)
    if (files.length > 0) return files
  } catch (error) {
    throw new SettingError('ZONES', folder, `a folder that can be read is needed: ${(error as Error).message}`)
  }
  throw new SettingError('ZONES', folder, 'a folder with at least one zone file, named db.<zone>, is needed')
}

function reportOrError(path: string): ZoneReport {
  try {
    return checkZoneFile(path)
  } catch (error) {
    throw new SettingError('ZONES', path, (error as Error).message)
  }
}
