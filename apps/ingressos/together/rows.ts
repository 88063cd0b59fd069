/**
 * What the transactions with several works share.
 *
 * Read beside: reserve.ts, buy.ts
 * Pure: values in, text out.
 */

/** The works cannot be executed in one transaction; group-commit.ts tries each alone. */
export class NotTogether extends Error {
  override name = 'NotTogether'
}

/** `(?, ?), (?, ?)`: the same text for each row. */
export function rowsOf(count: number, row: string): string {
  return Array.from({ length: count }, () => row).join(', ')
}
