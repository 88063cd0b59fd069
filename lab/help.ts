/**
 * The texts of `--help`. They are plain files because setup.sh prints them too, on a machine without Node 26.
 *
 * Read beside: setup.sh, help/
 * Touches the world: reads those files.
 */
import { readFileSync } from 'node:fs'

/** The help of `npm start`, `npm run lab`, `npm run bench` or `npm test`, with the newline at its end. */
export function help(command: 'start' | 'lab' | 'bench' | 'test'): string {
  return readFileSync(new URL(`help/${command}.txt`, import.meta.url), 'utf8')
}
