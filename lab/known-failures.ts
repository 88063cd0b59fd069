/**
 * Failures of the machine that every program reports in its own words: what they mean, and what to do.
 *
 * Read beside: child.ts
 * Pure: a log in, a sentence out.
 */

const KNOWN: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /No space left on device|ENOSPC|Errcode: 28\b|Disk is full/,
    'o disco está cheio; libere espaço · the disk is full; free some space',
  ],
  [
    /Read-only file system|EROFS|Errcode: 30\b/,
    'o disco só pode ser lido; use outra pasta · the disk can only be read; use another folder: LAB_DIR=/tmp/lab-$USER npm start',
  ],
  [
    /support dates later than 2038/,
    'o relógio desta máquina está depois de janeiro de 2038, e este MariaDB não aceita essas datas; acerte o relógio · ' +
      'the clock of this machine is past January 2038, and this MariaDB does not accept such dates; set the clock: date',
  ],
]

/** The sentence for the first known failure in a log, in Portuguese and English; undefined when there is none. */
export function knownFailure(log: string): string | undefined {
  return KNOWN.find(([pattern]) => pattern.test(log))?.[1]
}
