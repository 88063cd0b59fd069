/**
 * A folder of files as routes: the static page of an application, read once at the start. (The page of `www` is at the edge.)
 *
 * Read beside: ../toolkit.ts, #shared/page-parts.ts, edge-proxy/static/ (the same at the edge, with compression and ranges)
 * Touches the world: reads the folder.
 */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withParts } from '#shared/page-parts.ts'
import type { Operation } from '../openapi/document.ts'
import { isUnchanged } from './etag.ts'
import type { Route } from './router.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
}

/** Scripts and styles only from this server, and requests only to it. */
const POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * One `GET` for each file of the folder (not of folders inside it); `index.html` is `/`. Documents get the parts that all pages have in common.
 *
 * @param names only these files @throws Error for an unknown extension
 */
export function staticRoutes(folder: URL, names?: readonly string[]): Route[] {
  const path = fileURLToPath(folder)
  return (names ?? readdirSync(path)).map(name => {
    const type = TYPES[extname(name)]
    if (type === undefined) throw new Error(`${name}: the type of such a file is not in backend/http/static-files.ts`)
    const file = readFileSync(join(path, name))
    const body = extname(name) === '.html' ? Buffer.from(withParts(file.toString())) : file
    const tag = `"${hash('sha256', body, 'base64url').slice(0, 22)}"`
    const headers = ['ETag', tag, 'Cache-Control', 'no-cache', 'X-Content-Type-Options', 'nosniff']
    const content = ['Content-Type', type, 'Content-Security-Policy', POLICY, ...headers]
    return {
      method: 'GET',
      path: name === 'index.html' ? '/' : `/${name}`,
      produces: 'any',
      handle: ({ request }) =>
        isUnchanged(request.headers['if-none-match'], tag)
          ? { status: 304, headers, body: '' }
          : { status: 200, headers: content, body },
    }
  })
}

/** The OpenAPI operation of each file. */
export const staticOperation: Operation = {
  summary: 'a file of the page',
  condition: 'If-None-Match',
  responses: { 200: { description: 'the file', headers: ['ETag'] }, 304: { description: 'not changed' } },
}
