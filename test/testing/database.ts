/**
 * The data of a MariaDB that has just been installed: made once, then copied, because an installation takes 0.6 s of CPU and many tests need one.
 * The installation itself is tested in lab/mariadb.test.ts, lab/main.test.ts and lab/ending.test.ts.
 *
 * Read beside: serverCommand() in lab/mariadb.ts
 * Touches the world: runs mariadb-install-db when .tap/ has no copy yet; copies the files of the copy.
 */
import { constants, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { serverCommand } from '../../lab/mariadb.ts'

const TAP = join(import.meta.dirname, '../../.tap')
const INSTALLED = join(TAP, 'mariadb-data')

/** Gives a server its data, where it has none yet. @param folder of the server, as in `MariadbOptions` */
export async function layDatabase(folder: string): Promise<void> {
  if (existsSync(join(folder, 'data'))) return
  if (!existsSync(INSTALLED)) await install()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  cpSync(INSTALLED, join(folder, 'data'), { recursive: true, mode: constants.COPYFILE_FICLONE })
}

async function install(): Promise<void> {
  mkdirSync(TAP, { recursive: true })
  const folder = mkdtempSync(join(TAP, 'mariadb-'))
  await serverCommand({ address: '127.0.0.1', folder, logFile: join(folder, 'install.log') })
  try {
    renameSync(join(folder, 'data'), INSTALLED)
  } catch (error) {
    // Another test file has made it at the same moment.
    if (!existsSync(INSTALLED)) throw error
  }
  rmSync(folder, { recursive: true })
}
