/**
 * The lab's folder: there, writable by us, and on a disk with room.
 *
 * Read beside: main.ts
 * Touches the world: makes the folder and those inside it.
 */
import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder that cannot be used; the message says which, why, and what to do. */
export class FolderError extends Error {
  override name = 'FolderError'
}

/** MariaDB alone writes about 130 MB on its first start. */
const DISK_NEEDED_MB = 300

/** @throws FolderError for the first folder that is not one, or may not be written, and for a disk that is full */
export function prepareFolder(folder: string): void {
  for (const path of [folder, ...['zones', 'mysql', 'redis', 'logs'].map(name => join(folder, name))]) {
    try {
      makeFolder(path)
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new FolderError(explain(path, error as NodeJS.ErrnoException))
    }
  }
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.floor((bavail * bsize) / 1e6)
  if (free < DISK_NEEDED_MB) {
    throw new FolderError(
      `${folder}: o disco tem ${free} MB livres e são precisos ${DISK_NEEDED_MB} MB · the disk has ${free} MB left, and ${DISK_NEEDED_MB} MB are needed`,
    )
  }
}

/** With its parents, for us alone. (Node's `recursive` tries forever where nothing can be made, as in /proc.) */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function explain(path: string, { code, message }: NodeJS.ErrnoException): string {
  const elsewhere = (portuguese: string, english: string) =>
    `${path}: ${portuguese} outra pasta · ${english} another folder: LAB_DIR=/tmp/lab npm start`
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return elsewhere(
      'é um arquivo, e devia ser uma pasta; tire-o daí, ou use',
      'is a file where a folder is needed; move it away, or use',
    )
  }
  if ((code === 'EACCES' || code === 'EPERM') && !existsSync(path)) {
    return elsewhere(
      'não pode ser criada, pois a pasta em volta não pode ser escrita; use',
      'cannot be made, because the folder around it may not be written; use',
    )
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return elsewhere(
      'pertence a outro usuário (o laboratório já foi ligado como root?); apague-a como ele, ou use',
      'belongs to somebody else (was the lab started as root before?); remove it as its owner, or use',
    )
  }
  return `${path}: não pode ser usada · cannot be used: ${message}`
}
