/**
 * The records of `www` in the zone file of the lab: one for each frontend.
 *
 * Read beside: zone-record.ts, lab/zones.ts (which writes the file), dns-server/zone/watch.ts (which reads it within a second)
 * Touches the world: the zone file in the lab's folder.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTurn } from '#shared/in-turn.ts'
import { ZONE } from '#shared/network-map.ts'
import { Refusal } from '../../backend/refusal.ts'
import { withAllRecords, withoutRecord } from './zone-record.ts'

/** @throws Refusal 501 without the lab's folder, 409 when there is no such record */
export async function removeWwwRecord(folder: string | undefined, address: string): Promise<void> {
  const changed = await changeZone(folder, text => withoutRecord(text, 'www', address))
  if (!changed)
    throw new Refusal(409, `a zona não tem o registro · the zone does not have the record: www A ${address}`)
}

/** @returns whether a record was missing @throws Refusal 501 without the lab's folder */
export function returnRecords(folder: string | undefined): Promise<boolean> {
  return changeZone(folder, withAllRecords)
}

/** Each change reads what the one before has written. */
const oneByOne = inTurn()

function changeZone(folder: string | undefined, change: (text: string) => string | undefined): Promise<boolean> {
  return oneByOne(() => changeNow(folder, change))
}

async function changeNow(folder: string | undefined, change: (text: string) => string | undefined): Promise<boolean> {
  if (folder === undefined) {
    throw new Refusal(
      501,
      'o painel não alcança o arquivo da zona no Docker Compose · the painel cannot reach the zone file under Docker Compose',
    )
  }
  const file = join(folder, 'zones', `db.${ZONE}`)
  const changed = change(await readFile(file, 'utf8'))
  if (changed === undefined) return false
  await writeFile(`${file}.new`, changed)
  await rename(`${file}.new`, file)
  return true
}
