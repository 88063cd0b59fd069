/**
 * `zone check FILE [ZONE]`: like named-checkzone, problems with their places, then whether the zone would be served. Needs no running lab.
 *
 * Read beside: ../../dns-server/zone/check.ts
 * Touches the world: reads the zone file.
 */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { type Name, sameName } from '../../dns-server/wire/name.ts'
import { formatName, TextError } from '../../dns-server/wire/name-text.ts'
import { formatProblem } from '../../dns-server/zone/check.ts'
import { checkZoneFile, originOf } from '../../dns-server/zone/zone-files.ts'
import type { LabCommand } from './lab-command.ts'

export const zone: LabCommand = {
  accepts: ([verb, file, zone, ...more]) => verb === 'check' && file !== undefined && zone !== '' && more.length === 0,
  run: ([, file = '', zoneName], { json, print }) => {
    assertZoneFile(file, zoneName)
    const { zone, records, problems } = checkZoneFile(file, originOf(zoneName === undefined ? file : `db.${zoneName}`))
    if (json) print(JSON.stringify({ file, servable: zone !== undefined, serial: zone?.serial, records, problems }))
    else {
      for (const problem of problems) print(formatProblem(problem))
      if (zone) {
        print(`${file}: OK: ${served(formatName(zone.origin), zone.serial, records)}`)
        if (!isRead(file, zone.origin)) print(`${file}: ${notRead(formatName(zone.origin).slice(0, -1))}`)
      } else print(`${file}: não pode ser servida · cannot be served`)
    }
    return zone ? 0 : 1
  },
}

function served(zone: string, serial: number, records: number): string {
  return `zona ${zone} serial ${serial}, ${records} registros · zone ${zone} serial ${serial}, ${records} records`
}

/** Whether the server would read a file of this name, as this zone. */
function isRead(file: string, origin: Name): boolean {
  try {
    return sameName(originOf(file), origin)
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    return false
  }
}

function notRead(zone: string): string {
  return `o servidor só lê esta zona de um arquivo com o nome db.${zone} · the server reads this zone only from a file named db.${zone}`
}

function assertZoneFile(file: string, zoneName: string | undefined): void {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) throw new Error(`${file}: este arquivo não existe · there is no such file`)
  if (!found.isFile()) throw new Error(`${file}: não é um arquivo · is not a file`)
  if (zoneName === undefined && !/^db\../.test(basename(file)))
    throw new Error(`${file}: de qual zona? · which zone is it? npm run lab -- zone check ${file} meutrabalho.com.br`)
}
