/**
 * A path for programs that do not quote their paths: scripts of MariaDB and Galera end early when the path of the lab contains a space or a quote.
 *
 * Read beside: socket-place.ts (where the link is), mariadb.ts, galera.ts
 * Touches the world: makes a link, which is used again by the next start.
 */
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathOutside } from './socket-place.ts'

/** @returns the absolute path of the folder; where that is not made of letters, digits and `./-_` alone, a link to it that is */
export function plainPath(folder: string): string {
  const path = resolve(folder)
  if (/^[\w./-]*$/.test(path)) return path
  const link = pathOutside(path, 'programs')
  // Of a folder that was deleted meanwhile, and perhaps made again.
  if (!existsSync(link)) rmSync(link, { force: true })
  try {
    symlinkSync(path, link)
  } catch (error) {
    // It is there already, or another node has made it at the same moment. Its name contains a hash of the path.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return link
}
