/**
 * A limit for how long MySQL may take: for a connection, for a statement, for a probe.
 *
 * Read beside: mysql.ts, nodes.ts (the limits)
 * Touches the world: a timer.
 */
import { NoAnswer } from './errors.ts'

/**
 * @param limit milliseconds
 * @param onLate gives up what `answer` would use: a connection on which an answer is still to come must not be used again
 * @throws NoAnswer after `limit`; the error of `answer`
 */
export async function answerWithin<T>(limit: number, answer: Promise<T>, onLate: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate()
      reject(new NoAnswer())
    }, limit)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
