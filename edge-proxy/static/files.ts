/**
 * The page, from memory: every file of a folder is read when the edge starts, and found by its exact path.
 *
 * What was not in the folder then cannot be reached by any path, however it is spelled: nothing is opened for a request.
 *
 * Read beside: RFC 9110 §9.3.1 (GET), §9.3.2 (HEAD), §8.3 (Content-Type)
 * Touches the world: `loadFolder` reads the folder; `answer` is pure.
 */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { LocalResponse } from '../downstream/local-response.ts'
import type { RequestHead } from '../http1/request-head.ts'

/** What a page may consist of. A file with another ending is served as octets without a meaning. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

export type Files = ReadonlyMap<string, LocalResponse>

/** Reads a folder. The paths are `/app.js`, and `/` for an index.html. */
export async function loadFolder(folder: string): Promise<Files> {
  const files = new Map<string, LocalResponse>()
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    const body = await readFile(file)
    const type = MEDIA_TYPES[extname(entry.name)] ?? 'application/octet-stream'
    const response: LocalResponse = { status: 200, fields: [['Content-Type', type]], body }
    files.set(path, response)
    if (entry.name === 'index.html') files.set(path.slice(0, -'index.html'.length), response)
  }
  return files
}

/** The file that was asked for; undefined when there is none, or when it is not asked for with GET or HEAD. */
export function answer(files: Files, { method, path }: RequestHead): LocalResponse | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const query = path.indexOf('?')
  return files.get(query === -1 ? path : path.slice(0, query))
}
