/**
 * The tables of this application. Each of its programs brings them up to date when it starts.
 *
 * Read beside: migrations/, backend/mysql/migrations.ts
 * Pure: a value.
 */
import type { ApplicationMigrations } from '../../backend/toolkit.ts'

export const CADASTRO_MIGRATIONS: ApplicationMigrations = {
  folder: new URL('./migrations/', import.meta.url),
  table: 'cadastro_migrations',
}
