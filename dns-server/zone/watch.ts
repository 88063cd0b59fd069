/**
 * Watching zone files: an edit is served within a second if it parses; otherwise the old zone stays, and the error is told.
 *
 * Files are looked at four times a second rather than through inotify, which says nothing about edits on the other side of a
 * Docker Desktop mount. A file is read once it has looked the same twice: editors write in several steps.
 *
 * Read beside: load.ts, check.ts; RFC 1912 §2.2 (serial numbers must grow)
 * Touches the world: reads the folder, at most four times a second.
 */
import { existsSync } from 'node:fs'
import type { Clock } from '#shared/clock.ts'
import { describeError } from '#shared/log.ts'
import { rdataOctets } from '../rdata/layouts.ts'
import { nameKey } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { ResourceRecord } from '../wire/record.ts'
import { formatProblem, isError, serialGrew } from './check.ts'
import { inSlices, type Steps } from './sliced.ts'
import { recordsIn, type Zone, type Zones } from './zone.ts'
import { type Looks, lookOf, originOf, readZoneInSteps, zoneFilesIn } from './zone-files.ts'

/** Milliseconds between two looks. */
const INTERVAL = 250

export interface WatchListener {
  /** A zone was loaded, and is served now. */
  loaded(zone: Zone): void
  /** A problem in words, in English and Portuguese, with its place. An error: the old zone is still being served. */
  problem(severity: 'error' | 'warning', message: string): void
}

interface Watched {
  files: readonly string[]
  /** What the files looked like at the last look, and before they were last read. */
  seen: string
  read: string
}

export class ZoneWatcher {
  readonly #folder: string
  readonly #zones: Zones
  readonly #clock: Clock
  readonly #listener: WatchListener
  readonly #watched = new Map<string, Watched>()
  /** Files whose zones are held, as they have had an error from the beginning. */
  readonly #broken = new Set<string>()
  /** Why the folder could not be read at the last look: told once. */
  #unreadable = ''
  #stopped = false
  /** Resolves when the look that was begun last has ended. */
  looked: Promise<void> = Promise.resolve()

  /** @param zones as they were loaded from the folder just now */
  constructor(folder: string, zones: Zones, clock: Clock, listener: WatchListener) {
    this.#folder = folder
    this.#zones = zones
    this.#clock = clock
    this.#listener = listener
  }

  /** Begins to watch. @param loaded for each zone file, the files that it was read from */
  start(loaded: ReadonlyMap<string, Looks>): void {
    for (const [path, looks] of loaded) this.#watched.set(path, watchedSince(looks))
    this.#next()
  }

  stop(): void {
    this.#stopped = true
  }

  /** One look at the folder, and whatever has to be loaded after it, in slices: queries are answered meanwhile. */
  async #look(): Promise<void> {
    try {
      const paths = new Set(zoneFilesIn(this.#folder))
      for (const path of this.#broken) if (!paths.has(path)) this.#forget(path)
      for (const path of paths.union(this.#watched)) await this.#lookAt(path)
      this.#unreadable = ''
    } catch (error) {
      // The folder itself is gone, for a moment or for good: what was loaded stays.
      const why = describeError(error)
      if (why !== this.#unreadable) {
        const words = 'the zone folder cannot be read · a pasta das zonas não pode ser lida'
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
      const still = 'what was loaded before is still served · o que foi carregado antes continua sendo servido'
      this.#listener.problem('error', `${path}: ${describeError(error)}; ${still}`)
    }
  }

  async #load(path: string, watched: Watched): Promise<void> {
    const { report, files } = await inSlices(readZoneInSteps(path))
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

  /** A zone that never was, and whose file is gone: the zone above it answers for its names again. */
  #forget(path: string): void {
    this.#broken.delete(path)
    this.#watched.delete(path)
    this.#zones.release(originOf(path))
  }

  /** Its zone is still served: who moves files, or restores them, must not take a name off the network by that. */
  #warnAboutMissing(path: string): void {
    if (!this.#zones.get(originOf(path))) return
    const english = 'this file is gone; its zone is served until the server is started again'
    const portuguese = 'este arquivo sumiu; a sua zona continua sendo servida até o servidor ser reiniciado'
    this.#listener.problem('warning', `${path}: ${english} · ${portuguese}`)
  }

  async #warnAboutSerial(path: string, before: Zone, after: Zone): Promise<void> {
    if (serialGrew(before.serial, after.serial) || (await inSlices(isSame(before, after)))) return
    const zone = formatName(originOf(path))
    const english = `${zone} changed, but its serial ${after.serial} did not grow (it was ${before.serial}): secondaries keep the old zone`
    const portuguese = `a zona mudou, mas a série não cresceu: os secundários ficam com a antiga`
    this.#listener.problem('warning', `${path}: ${english} · ${portuguese}`)
  }
}

/** What they looked like before they were read: whatever was written since then makes another look. */
function watchedSince(looks: Looks): Watched {
  const look = [...looks.values()].join(' ')
  return { files: [...looks.keys()], seen: look, read: look }
}

function* isSame(a: Zone, b: Zone): Steps<boolean> {
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
