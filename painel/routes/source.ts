/**
 * The files of this project that the page names, as text: "Explain this" and "the file to read" work without the Internet.
 *
 * Only files of the folders in {@link FOLDERS}, and only texts: not the lab's folder, not node_modules.
 *
 * Read beside: ../public/explanations.js (which names files), guard.ts
 * Touches the world: reads one file.
 */
import { readFile, realpath } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { json } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { Refusal } from '../../backend/refusal.ts'

const FOLDERS = 'apps|backend|client|db|dns-server|docs|edge-proxy|lab|lessons|painel|shared'
/** Each part begins with a letter, a digit or `_`: no `..`, no hidden file. */
const READABLE = new RegExp(`^(?:${FOLDERS})(?:/[\\w][\\w.-]*)+$`)
const TEXTS = /\.(?:ts|js|md|sql|css|html)$|\/db\.[\w.-]+$/

/** @param top the project's folder */
export function sourceRoutes(top: URL): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/source',
      handle: async ({ query }) => {
        const file = query.get('file') ?? ''
        return json(200, { file, text: await sourceText(top, file) })
      },
    },
  ]
}

/** @throws Refusal 404 for a path that is not a readable text of the project */
async function sourceText(top: URL, file: string): Promise<string> {
  const missing = (cause?: unknown) =>
    new Refusal(404, `${JSON.stringify(file)} is not a text of this project that the painel can show`, { cause })
  if (!READABLE.test(file) || !TEXTS.test(file)) throw missing()
  try {
    const root = await realpath(fileURLToPath(top))
    const path = await realpath(fileURLToPath(new URL(file, top)))
    if (path !== `${root}/${file}`) throw missing() // a link that leads elsewhere
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(error)
    throw error
  }
}
