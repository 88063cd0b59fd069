/**
 * The secondary: its zones come from the primary. From the folder of zone files it takes their names alone.
 *
 * Read beside: transfer/secondary.ts
 * Touches the world: reads the folder once; the rest through transfer/secondary.ts.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Lifecycle } from '#shared/lifecycle.ts'
import type { Config } from '../config.ts'
import { Secondary } from '../transfer/secondary.ts'
import { formatName } from '../wire/name-text.ts'
import { Zones } from '../zone/zone.ts'
import { originOf, zoneFilesOrError } from '../zone/zone-files.ts'
import type { ZoneSource } from './zones-from-files.ts'

/** Milliseconds to wait at the start for the first copies. The primary may be off; then this server starts without them. */
const PATIENCE = 3_000

/** Begins to keep copies; they are there as soon as the primary is. @throws SettingError when the folder cannot be read */
export function zonesFromPrimary(
  config: Config & { readonly primary: string },
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
      // Once when it begins: who waits for a primary to start need not read a line a second.
      if (failures === 1)
        log.warn('nothing could be copied from the primary; it is tried again', { origin, primary, why })
      events.publish('dns.zone', () => ({ origin, what: 'failed', why }))
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
      clock.after(PATIENCE, resolve)
    })
  return { zones, notified: secondary.notified, opened }
}
