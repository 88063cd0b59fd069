/**
 * The lab's folder: makes it, and checks that we can write to it and that its disk has room.
 *
 * Read beside: main.ts
 * Touches the world: makes the folder and those inside it.
 */
import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder that cannot be used; the message says which, why, and what to do. */
export class FolderError extends Error {
  override name = 'FolderError'
}

/** MariaDB alone writes about 130 MB on its first start; later starts write logs and little else. */
const DISK_NEEDED_MB = { first: 300, later: 30 } as const

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
  assertRoom(folder, Math.floor((bavail * bsize) / 1e6), existsSync(join(folder, 'mysql', 'data')))
}

/** @param freeMb of the disk that the folder is on @throws FolderError when that is too little */
export function assertRoom(folder: string, freeMb: number, startedBefore: boolean): void {
  const needed = startedBefore ? DISK_NEEDED_MB.later : DISK_NEEDED_MB.first
  if (freeMb >= needed) return
  throw new FolderError(
    `${folder}: o disco tem ${freeMb} MB livres e são necessários ${needed} MB; libere espaço, ou use outra pasta · the disk has ${freeMb} MB left and ${needed} MB are needed; free some space, or use another folder: LAB_DIR=/tmp/lab-$USER npm start`,
  )
}

/** With its parents, for us alone. (Node's `recursive` tries forever where nothing can be made, as in /proc.) */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function explain(path: string, { code, message }: NodeJS.ErrnoException): string {
  const elsewhere = (portuguese: string, english: string) =>
    `${path}: ${portuguese} outra pasta · ${english} another folder: LAB_DIR=/tmp/lab-$USER npm start`
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
      'belongs to another user (was the lab started as root before?); remove it as its owner, or use',
    )
  }
  if (code === 'EROFS') {
    return elsewhere('está em um disco só de leitura; use', 'is on a disk that can only be read; use')
  }
  if (code === 'ENOSPC')
    return elsewhere('o disco está cheio; libere espaço, ou use', 'the disk is full; free some space, or use')
  return `${path}: não pode ser usada · cannot be used: ${message}`
}

/** Deletes what the lab has written, except its logs and the control socket. */
export function wipe(folder: string): void {
  for (const name of ['zones', 'mysql', 'redis', 'secondary'])
    rmSync(join(folder, name), { recursive: true, force: true })
}
