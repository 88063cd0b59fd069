/**
 * The zones of a primary: loaded from files, which are watched. Its secondaries get a NOTIFY for every change.
 *
 * Read beside: ../zone/watch.ts, ../transfer/notifier.ts
 * Touches the world: through those two.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Lifecycle } from '#shared/lifecycle.ts'
import type { DnsConfig } from '../config.ts'
import { Notifier } from '../transfer/notifier.ts'
import { formatName } from '../wire/name-text.ts'
import { ZoneWatcher } from '../zone/watch.ts'
import type { Zone, Zones } from '../zone/zone.ts'
import { loadZones } from '../zone/zone-files.ts'
import type { NotifyHandler } from './deciders.ts'

/** Where a server's zones come from: files (a primary), or a primary (a secondary). */
export interface ZoneSource {
  readonly zones: Zones
  /** Undefined for a primary. */
  readonly notified: NotifyHandler | undefined
  /** Must be called when the sockets are open. Resolves when the zones can be served, or a secondary has waited long enough. */
  opened(): Promise<void>
}

/**
 * Loads the zones and starts to watch them. When transfers can be served, the secondaries get a NOTIFY for every zone.
 *
 * @throws SettingError when the folder cannot be read, or has no zone file
 */
export async function zonesFromFiles(
  config: DnsConfig,
  events: Events,
  clock: Clock,
  { log, onStop, tell }: Lifecycle,
): Promise<ZoneSource> {
  const { zones, files } = loadZones(config.zones, (severity, problem) => {
    log[severity === 'error' ? 'error' : 'warn'](problem)
    if (severity === 'error') tell(problem)
  })
  const notifier = await Notifier.open(config.host.address, config.host.port, clock)
  onStop(() => notifier.close())

  const watcher = new ZoneWatcher(config.zones, zones, clock, {
    loaded(zone: Zone) {
      const detail = { origin: formatName(zone.origin), serial: zone.serial }
      log.info('zone loaded', detail)
      tell(`${detail.origin} agora com o serial ${zone.serial} · now at serial ${zone.serial}`)
      events.publish('dns.zone', () => ({ ...detail, what: 'loaded' }))
      notifier.notify(zone, zones)
    },
    problem(severity, message) {
      log[severity === 'error' ? 'error' : 'warn'](message)
      tell(message)
      events.publish('dns.zone', () => ({ what: severity, message }))
    },
  })
  watcher.start(files)
  onStop(() => watcher.stop())
  const opened = async () => {
    for (const zone of zones) notifier.notify(zone, zones)
  }
  return { zones, notified: undefined, opened }
}
