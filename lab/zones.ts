/**
 * The zone files that students edit: copies of dns-server/zones with the lab's own prefix.
 *
 * Read beside: dns-server/zones, shared/network-map.ts
 * Touches the world: reads the repository's zones, writes the lab's folder.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { APPLICATIONS } from '#shared/applications.ts'
import { COMPOSE_PREFIX, ZONE } from '#shared/network-map.ts'
import { missingRecords } from './missing-records.ts'

const ORIGINALS = new URL('../dns-server/zones/', import.meta.url)

/** Which prefix the zones were written for. */
const PREFIX_FILE = 'prefix'

/**
 * Writes each zone that has no file yet. A file that exists may have been edited by a student and is kept; with another prefix, only its addresses change.
 *
 * @param report gets a sentence when the zone has no records of an application
 */
export function layZones(folder: string, prefix: string, report: (line: string) => void = () => {}): void {
  mkdirSync(folder, { recursive: true })
  const record = join(folder, PREFIX_FILE)
  const before = existsSync(record) ? readFileSync(record, 'utf8').trim() : prefix
  if (before !== prefix && /^\d+\.\d+\.\d+$/.test(before)) moveZones(folder, before, prefix)
  writeFileSync(record, `${prefix}\n`)
  for (const name of readdirSync(ORIGINALS).filter(name => name.startsWith('db.'))) {
    const copy = join(folder, withPrefix(name, prefix))
    if (existsSync(copy)) continue
    writeFileSync(`${copy}.new`, withPrefix(readFileSync(new URL(name, ORIGINALS), 'utf8'), prefix))
    renameSync(`${copy}.new`, copy)
  }
  const missing = missingRecords(readFileSync(join(folder, `db.${ZONE}`), 'utf8'), APPLICATIONS)
  if (missing !== undefined) report(missing)
}

/** A lab that ran under another prefix: its edited zones go on under this one. */
function moveZones(folder: string, before: string, prefix: string): void {
  for (const name of readdirSync(folder).filter(name => name.startsWith('db.'))) {
    const moved = join(folder, withPrefix(name, prefix, before))
    writeFileSync(`${moved}.new`, withPrefix(readFileSync(join(folder, name), 'utf8'), prefix, before))
    rmSync(join(folder, name))
    renameSync(`${moved}.new`, moved)
  }
}

/** Addresses under one prefix become addresses under another, in their reversed form (RFC 1035 §3.5) too. */
export function withPrefix(text: string, prefix: string, before = COMPOSE_PREFIX): string {
  const reversed = (address: string) => address.split('.').reverse().join('.')
  return text.replaceAll(before, prefix).replaceAll(reversed(before), reversed(prefix))
}
