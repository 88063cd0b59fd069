/**
 * Which files of this project a student's file may import. It names them as from `exercises/NN/`, wherever it is:
 * `../../dns-server/wire/reader.ts`.
 *
 * Pure.
 */
import type { Exercise } from './exercise.ts'

/** @returns the URL of the file @throws Error for any other import */
export function allowedImport({ imports, replaces }: Exercise, specifier: string): string {
  const allowed = imports.find(file => specifier.endsWith(`/${file}`))
  if (allowed !== undefined) return new URL(`../../${allowed}`, import.meta.url).href
  const why = specifier.endsWith(`/${replaces}`)
    ? 'é o arquivo a escrever · is the file to write'
    : 'não é permitido · is not allowed'
  throw new Error(`import ${JSON.stringify(specifier)}: ${why}`)
}
