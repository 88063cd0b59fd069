/**
 * Watches zone files: an edit is served within a second if it has no errors; otherwise the old zone stays, and the error is reported.
 *
 * Files are checked four times a second. inotify is not used, because it does not report edits on the other side of a Docker Desktop
 * mount. A file is read after it has looked the same twice, because editors write in several steps.
 *
 * Read beside: zone-files.ts, check.ts; RFC 1912 §2.2 (serial numbers must grow)
 * Touches the world: reads the folder, at most four times a second.
 */
import { existsSync } from 'node:fs'
import type { Clock } from '#shared/clock.ts'
import { describeError } from '#shared/log.ts'
import { rdataOctets } from '../rdata/layouts.ts'
import { nameKey } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { ResourceRecord } from '../wire/record.ts'
import { formatProblem, isError } from './check.ts'
import { serialGrew } from './rules.ts'
import { runInSlices, type Sliced } from './sliced.ts'
import { recordsIn, type Zone, type Zones } from './zone.ts'
import { type Looks, lookOf, originOf, readZoneSliced, secondFile, zoneFilesIn } from './zone-files.ts'

/** Milliseconds between two checks of the folder. */
const INTERVAL = 250

export interface WatchListener {
  /** A zone was loaded and is served now. */
  loaded(zone: Zone): void
  /** A problem in words, in Portuguese and English, with its position. After an error the old zone is still served. */
  problem(severity: 'error' | 'warning', message: string): void
}

interface WatchedFile {
  files: readonly string[]
  /** The look of the files at the last check, and before they were last read. */
  seen: string
  read: string
}

export class ZoneWatcher {
  readonly #folder: string
  readonly #zones: Zones
  readonly #clock: Clock
  readonly #listener: WatchListener
  readonly #watched = new Map<string, WatchedFile>()
  /** Files whose zones are held because they have never been without an error. */
  readonly #broken = new Set<string>()
  /** The file of each zone. A second one for the same zone is not read. */
  readonly #fileOf = new Map<string, string>()
  /** Why the folder could not be read at the last check: reported once. */
  #unreadable = ''
  #stopped = false
  /** Resolves when the last check of the folder has ended. */
  looked: Promise<void> = Promise.resolve()

  /** @param zones the zones that were just loaded from the folder; those that are held have files with errors */
  constructor(folder: string, zones: Zones, clock: Clock, listener: WatchListener) {
    this.#folder = folder
    this.#zones = zones
    this.#clock = clock
    this.#listener = listener
  }

  /** Starts to watch. @param loaded for each zone file, the files from which it was read */
  start(loaded: ReadonlyMap<string, Looks>): void {
    for (const [path, looks] of loaded) {
      this.#watched.set(path, watchedSince(looks))
      const origin = originOf(path)
      if (!this.#zones.get(origin)) this.#broken.add(path)
      if (!this.#fileOf.has(nameKey(origin))) this.#fileOf.set(nameKey(origin), path)
    }
    this.#next()
  }

  stop(): void {
    this.#stopped = true
  }

  /** One check of the folder. Changed zones are loaded in slices, so that queries are answered meanwhile. */
  async #look(): Promise<void> {
    try {
      const paths = new Set(zoneFilesIn(this.#folder))
      for (const path of this.#broken) if (!paths.has(path)) this.#forget(path)
      for (const path of paths.union(this.#watched)) await this.#lookAt(path)
      this.#unreadable = ''
    } catch (error) {
      // The folder itself cannot be read: the loaded zones stay.
      const why = describeError(error)
      if (why !== this.#unreadable) {
        const words = 'não é possível ler a pasta das zonas · the zone folder cannot be read'
        this.#listener.problem('error', `${words}: ${why}`)
      }
      this.#unreadable = why
    }
  }

  #next(): void {
    this.#clock.after(INTERVAL, () => {
      if (this.#stopped) return
      this.looked = this.#look().then(() => this.#next())
    })
  }

  async #lookAt(path: string): Promise<void> {
    const watched = this.#watched.get(path) ?? { files: [path], seen: '', read: '' }
    this.#watched.set(path, watched)
    const look = watched.files.map(lookOf).join(' ')
    const settled = look === watched.seen
    watched.seen = look
    if (!settled || look === watched.read) return
    watched.read = look
    try {
      if (existsSync(path)) await this.#load(path, watched)
      else this.#warnAboutMissing(path)
    } catch (error) {
      const stillServed = 'a versão anterior continua sendo servida · the previous version is still served'
      this.#listener.problem('error', `${path}: ${describeError(error)}; ${stillServed}`)
    }
  }

  async #load(path: string, watched: WatchedFile): Promise<void> {
    const origin = originOf(path)
    const first = this.#fileOf.get(nameKey(origin)) ?? path
    if (first !== path && existsSync(first)) return this.#listener.problem('error', secondFile(path, origin))
    this.#fileOf.set(nameKey(origin), path)
    const { report, files } = await runInSlices(readZoneSliced(path, origin))
    if (this.#stopped) return
    Object.assign(watched, watchedSince(files))
    for (const problem of report.problems) {
      const severity = isError(problem) ? 'error' : 'warning'
      this.#listener.problem(severity, formatProblem(problem))
    }
    if (!report.zone) {
      if (this.#zones.get(report.origin)) return
      this.#zones.hold(report.origin, 'its zone file has an error')
      this.#broken.add(path)
      return
    }
    this.#broken.delete(path)
    const before = this.#zones.get(report.origin)
    if (before) await this.#warnAboutSerial(path, before, report.zone)
    this.#zones.put(report.zone)
    this.#listener.loaded(report.zone)
  }

  /** A zone that was never served, and whose file was deleted: the zone above it answers for its names again. */
  #forget(path: string): void {
    this.#broken.delete(path)
    this.#watched.delete(path)
    this.#zones.release(originOf(path))
  }

  /** Its zone is still served, because files also disappear for a moment while they are moved or restored. */
  #warnAboutMissing(path: string): void {
    if (!this.#zones.get(originOf(path))) return
    const english = 'the file was deleted; its zone is served until the server restarts'
    const portuguese = 'o arquivo foi apagado; a zona continua sendo servida até o servidor reiniciar'
    this.#listener.problem('warning', `${path}: ${portuguese} · ${english}`)
  }

  async #warnAboutSerial(path: string, before: Zone, after: Zone): Promise<void> {
    if (serialGrew(before.serial, after.serial) || (await runInSlices(isSame(before, after)))) return
    const zone = formatName(originOf(path))
    const english = `the zone changed, but its serial did not increase: secondaries keep the old zone`
    const portuguese = `a zona ${zone} mudou, mas o serial ${after.serial} não aumentou (era ${before.serial}): os secundários ficam com a zona antiga`
    this.#listener.problem('warning', `${path}: ${portuguese} · ${english}`)
  }
}

/** Uses the look from before the files were read, so that anything written since then is noticed. */
function watchedSince(looks: Looks): WatchedFile {
  const look = [...looks.values()].join(' ')
  return { files: [...looks.keys()], seen: look, read: look }
}

function* isSame(a: Zone, b: Zone): Sliced<boolean> {
  const contents = new Set<string>()
  for (const record of recordsIn(a)) {
    contents.add(identityOf(record))
    yield
  }
  for (const record of recordsIn(b)) {
    if (!contents.delete(identityOf(record))) return false
    yield
  }
  return contents.size === 0
}

function identityOf({ name, type, ttl, data }: ResourceRecord): string {
  return `${nameKey(name)}/${type}/${ttl}/${rdataOctets(type, data).toString('latin1')}`
}
