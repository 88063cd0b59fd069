/**
 * Fills the table of files: every file of a folder is read, and compressed, when the edge starts. Never again after that.
 *
 * Read beside: files.ts (which answers from the table), representation.ts
 * Touches the world: reads the folder.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Files } from './files.ts'
import { representationsOf, type StaticFile } from './representation.ts'

/**
 * The files of a folder and its subfolders. Those whose name begins with a dot are left out, and so is what is no plain file:
 * a link could lead out of the folder.
 *
 * @throws the system's error when the folder cannot be read
 */
export async function loadFolder(folder: string): Promise<Files> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const loaded = await Promise.all(
    entries
      .map(entry => ({ entry, file: join(entry.parentPath, entry.name) }))
      .filter(({ entry, file }) => entry.isFile() && !isHidden(relative(folder, file)))
      .map(async ({ file }) => {
        const path = `/${relative(folder, file).split(sep).join('/')}`
        const [content, { mtimeMs }] = await Promise.all([readFile(file), stat(file)])
        return [path, await representationsOf(content, mtimeMs, extname(file))] as const
      }),
  )
  const files = new Map<string, StaticFile>()
  for (const [path, file] of loaded) {
    files.set(path, file)
    if (path.endsWith('/index.html')) files.set(path.slice(0, -'index.html'.length), file)
  }
  return files
}

function isHidden(path: string): boolean {
  return path.split(sep).some(part => part.startsWith('.'))
}
