/**
 * The zones of a secondary: copied from the primary. The folder of zone files gives only their names.
 *
 * Read beside: ../transfer/secondary.ts
 * Touches the world: reads the folder once; the rest through ../transfer/secondary.ts.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Lifecycle } from '#shared/lifecycle.ts'
import type { DnsConfig } from '../config.ts'
import { Secondary } from '../transfer/secondary.ts'
import { formatName } from '../wire/name-text.ts'
import { Zones } from '../zone/zone.ts'
import { originOf, zoneFilesOrError } from '../zone/zone-files.ts'
import type { ZoneSource } from './zones-from-files.ts'

/** Milliseconds to wait at the start for the first copies. When the primary is off, this server starts without them. */
const FIRST_COPIES = 3_000

/** Starts to keep copies; they exist as soon as the primary answers. @throws SettingError when the folder cannot be read */
export function zonesFromPrimary(
  config: DnsConfig & { readonly primary: string },
  events: Events,
  clock: Clock,
  { log, onStop }: Lifecycle,
): ZoneSource {
  const { host, primary } = config
  const zones = new Zones()
  const from = { address: primary, port: host.port, from: host.address }
  const secondary = new Secondary(from, zones, clock, {
    transferred({ origin, serial }) {
      const detail = { origin: formatName(origin), serial, primary }
      log.info('zone transferred', detail)
      events.publish('dns.zone', () => ({ ...detail, what: 'transferred' }))
    },
    confirmed() {},
    failed(origin, why, failures) {
      // Only the first failure in a row is logged: a primary that is off would otherwise fill the log.
      if (failures === 1)
        log.warn('the zone could not be copied from the primary; trying again', { origin, primary, why })
      events.publish('dns.zone', () => ({ origin, what: 'failed', why }))
    },
    warned(origin, problem) {
      log.warn('a record of the transfer was ignored or changed', { origin, primary, problem })
      events.publish('dns.zone', () => ({ what: 'warning', message: `${origin}: ${problem}` }))
    },
    expired(origin) {
      log.error('zone expired', { origin, primary })
      events.publish('dns.zone', () => ({ origin, what: 'expired' }))
    },
  })
  onStop(() => secondary.stop())
  for (const path of zoneFilesOrError(config.zones)) secondary.keep(originOf(path))
  const opened = () =>
    new Promise<void>(resolve => {
      void secondary.current.then(() => resolve())
      clock.after(FIRST_COPIES, resolve)
    })
  return { zones, notified: secondary.notified, opened }
}
