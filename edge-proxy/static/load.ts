/**
 * Fills the table of files: every file of a folder is read, and compressed, once, when the edge starts. Documents get the
 * parts that all pages have in common.
 *
 * Read beside: files.ts (which uses the table), representation.ts, #shared/page-parts.ts
 * Touches the world: reads the folder.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { withParts } from '#shared/page-parts.ts'
import type { Files } from './files.ts'
import { representationsOf, type StaticFile } from './representation.ts'

/**
 * The files of a folder and its subfolders. Names that begin with a dot are left out, and so are links, because a link could lead
 * out of the folder.
 *
 * @throws the system's error when the folder cannot be read
 */
export async function loadFolder(folder: string): Promise<Files> {
  const loaded = await Promise.all(
    (await filesIn(folder)).map(async file => {
      const [content, { mtimeMs }] = await Promise.all([readFile(file), stat(file)])
      const path = `/${relative(folder, file).split(sep).join('/')}`
      // RFC 9110 §8.8.2.1: a Last-Modified date must not lie in the future.
      const modified = Math.min(mtimeMs, Date.now())
      const extension = extname(file)
      const complete = extension === '.html' ? Buffer.from(withParts(content.toString())) : content
      return [path, await representationsOf(complete, modified, extension)] as const
    }),
  )
  const files = new Map<string, StaticFile>()
  for (const [path, file] of loaded) {
    files.set(path, file)
    if (path.endsWith('/index.html')) files.set(path.slice(0, -'index.html'.length), file)
  }
  return files
}

/** Without readdir's option `recursive`, which follows links to folders. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(entry => !entry.name.startsWith('.'))
  const here = entries.filter(entry => entry.isFile()).map(entry => join(folder, entry.name))
  const below = entries.filter(entry => entry.isDirectory()).map(entry => filesIn(join(folder, entry.name)))
  return [...here, ...(await Promise.all(below)).flat()]
}
