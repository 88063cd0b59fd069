/**
 * Where a Unix socket of the lab is: in the lab's folder, or elsewhere when that folder cannot hold one (a disk of Windows in WSL, for
 * example) or its path is too long.
 *
 * Read beside: control.ts, mariadb.ts; unix(7)
 * Touches the world: makes a folder for sockets; binds a socket for a moment.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

/** The path of a Unix socket may have 107 bytes (unix(7)). */
const SOCKET_PATH_MAX = 107

/** What bind(2) answers where a file system has no sockets: Windows disks in WSL, several network file systems. */
const NO_SOCKETS_HERE = ['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL']

/** The socket inside the folder, relative to the working directory because that is shorter; undefined when it still is too long. */
export function pathInside(folder: string, name: string): string | undefined {
  const path = relative(process.cwd(), join(folder, name))
  return Buffer.byteLength(path) <= SOCKET_PATH_MAX ? path : undefined
}

/** Elsewhere, in a folder of this user alone: the name contains a hash of the lab's folder. */
export function pathOutside(folder: string, name: string): string {
  const place = existsSync(folder) ? realpathSync(folder) : folder
  const hash = createHash('sha256').update(place).digest('hex').slice(0, 12)
  return join(socketFolder(), `${hash}-${name}`)
}

/** Whether bind(2) failed because of the kind of folder. */
export function cannotHoldSockets(error: unknown): boolean {
  return NO_SOCKETS_HERE.includes((error as NodeJS.ErrnoException).code ?? '')
}

/** The path to use for a socket of a program that is not ours. A socket is bound there and removed again. */
export async function socketPath(folder: string, name: string): Promise<string> {
  const inside = pathInside(folder, `probe-${process.pid}.sock`)
  if (inside === undefined) return pathOutside(folder, name)
  const server = createServer()
  try {
    await once(server.listen(inside), 'listening')
    return join(folder, name)
  } catch (error) {
    if (cannotHoldSockets(error)) return pathOutside(folder, name)
    throw error
  } finally {
    server.close()
    rmSync(inside, { force: true })
  }
}

/** `$XDG_RUNTIME_DIR`, which the system makes for each user at log-in (0700), or a folder like it in /tmp. @throws Error for a foreign one */
function socketFolder(): string {
  const runtime = process.env.XDG_RUNTIME_DIR
  if (runtime && isOurs(runtime)) return runtime
  const folder = join(tmpdir(), `meutrabalho-lab-${process.getuid?.() ?? 0}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (isOurs(folder)) return folder
  throw new Error(
    `${folder}: pertence a outro usuário; use outra pasta · belongs to another user; use another folder: TMPDIR=… npm start`,
  )
}

function isOurs(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
}
