/**
 * The zone files that students edit: copies of dns-server/zones with the lab's own prefix.
 *
 * Read beside: dns-server/zones, shared/network-map.ts
 * Touches the world: reads the repository's zones, writes the lab's folder.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPOSE_PREFIX } from '#shared/network-map.ts'

const ORIGINALS = new URL('../dns-server/zones/', import.meta.url)

/** Writes each zone that is not there yet. A file that is there is a student's, and stays. */
export function layZones(folder: string, prefix: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(ORIGINALS).filter(name => name.startsWith('db.'))) {
    const copy = join(folder, withPrefix(name, prefix))
    if (existsSync(copy)) continue
    writeFileSync(`${copy}.new`, withPrefix(readFileSync(new URL(name, ORIGINALS), 'utf8'), prefix))
    renameSync(`${copy}.new`, copy)
  }
}

/** Addresses under the Compose prefix become addresses under this one, in their reversed form (RFC 1035 §3.5) too. */
export function withPrefix(text: string, prefix: string): string {
  const reversed = (address: string) => address.split('.').reverse().join('.')
  return text.replaceAll(COMPOSE_PREFIX, prefix).replaceAll(reversed(COMPOSE_PREFIX), reversed(prefix))
}
