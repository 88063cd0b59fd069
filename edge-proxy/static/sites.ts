/**
 * The static files of every name that the edge serves: those of `www`, and those of each application.
 *
 * An application has the files of `apps/NAME/public/`, and beside them those of `www` that are not documents: style sheet, icon, modules.
 * So all pages look the same, and an application's own file of the same name is sent in place of the one of `www`.
 *
 * Read beside: load.ts, ../gateway/gateway.ts (which finds the files of a request by its Host), shared/applications.ts
 * Touches the world: reads the folders.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ApplicationName, siteOf } from '#shared/applications.ts'
import { Gateway } from '../gateway/gateway.ts'
import type { Files } from './files.ts'
import { loadFolder } from './load.ts'

const WWW_FILES = fileURLToPath(new URL('../public/', import.meta.url))
const APPLICATIONS = new URL('../../apps/', import.meta.url)

/** @throws the system's error when a folder cannot be read; an application without a folder `public` has only the files of `www` */
export async function loadSites(applications: readonly ApplicationName[]): Promise<Gateway<Files>> {
  const www = await loadFolder(WWW_FILES)
  const shared = [...www].filter(([path]) => !path.endsWith('/') && !path.endsWith('.html'))
  const routes = applications.map(async name => {
    const folder = fileURLToPath(new URL(`${name}/public/`, APPLICATIONS))
    const own: Files = existsSync(folder) ? await loadFolder(folder) : new Map()
    return { host: siteOf(name), destination: new Map([...shared, ...own]) }
  })
  return new Gateway<Files>(www, await Promise.all(routes))
}
