/**
 * What dnsperf prints at its end.
 *
 * Read beside: dns.ts, dns-cores.ts; dnsperf(1)
 * Pure: text in, counts out.
 */
export interface DnsperfCounts {
  readonly completed: number
  readonly lost: number
}

/** @throws Error when no query was answered */
export function countsIn(printed: string, { name }: { readonly name: string }): DnsperfCounts {
  const number = (pattern: RegExp) => Number(pattern.exec(printed)?.[1] ?? Number.NaN)
  const completed = number(/Queries completed:\s+(\d+)/)
  if (!(completed > 0)) throw new Error(`${name} answered nothing:\n${printed}`)
  return { completed, lost: number(/Queries lost:\s+(\d+)/) }
}
