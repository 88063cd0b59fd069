/**
 * The last lines that a component has written to its log, from the lab's folder.
 *
 * Read beside: lab/child.ts (which writes `logs/NAME.log`), shared/log.ts (the form of a line)
 * Touches the world: reads one file.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** Octets that are read from the end of the file. */
const TAIL_OCTETS = 16 * 1024

/**
 * @param folder the lab's folder; undefined where no launcher runs
 * @param name   a component of the map, which the caller has checked
 * @returns at most `count` lines, the newest last; undefined when there is no log
 */
export async function lastLogLines(
  folder: string | undefined,
  name: string,
  count: number,
): Promise<string[] | undefined> {
  if (folder === undefined) return undefined
  try {
    await using file = await open(join(folder, 'logs', `${name}.log`))
    const { size } = await file.stat()
    const from = Math.max(0, size - TAIL_OCTETS)
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from })
    const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n')
    return lines.slice(from > 0 ? 1 : 0).slice(-count)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
