/**
 * The tables of the tickets API and the gravador: whichever starts first makes them.
 *
 * Read beside: migrations/, backend/mysql/migrations.ts
 * Pure: a value.
 */
import type { ApplicationMigrations } from '../../backend/toolkit.ts'

export const MIGRATIONS: ApplicationMigrations = {
  folder: new URL('migrations/', import.meta.url),
  table: 'reposicao_migrations',
}
