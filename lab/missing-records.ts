/**
 * A zone without the records of an application: the lab's copy was made before the application existed, or a student has removed them. The
 * edges find no servers then, and answer 503.
 *
 * Read beside: zones.ts (which never replaces a copy), shared/applications.ts
 * Pure: a zone's text in, a sentence out.
 */
import type { ApplicationRow } from '#shared/applications.ts'

/** What is said at the start, with the cure; undefined when every application has its records. @param zone text of the zone file */
export function missingRecords(zone: string, applications: readonly ApplicationRow[]): string | undefined {
  const owners = new Set([...zone.matchAll(/^([\w-]+)[ \t]/gm)].map(([, owner = '']) => owner.toLowerCase()))
  const without = applications
    .filter(({ name, paths }) => ![name, ...paths.map(({ servers }) => servers)].every(owner => owners.has(owner)))
    .map(({ name }) => name)
    .join(', ')
  if (without === '') return undefined
  return (
    `a zona do laboratório não tem todos os registros de ${without}: os edges vão responder 503; para refazer a zona · ` +
    `the zone of the lab lacks records of ${without}: the edges will answer 503; to make it anew: npm run lab -- reset`
  )
}
