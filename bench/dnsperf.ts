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

/** Rcodes of a server that has not loaded its zone, or does not understand the query: cheap to send, and no answer. */
const NOT_AN_ANSWER = /\b(?:SERVFAIL|REFUSED|FORMERR|NOTIMP)\b/

/** @throws Error when no query was answered, or one with an error */
export function countsIn(printed: string, { name }: { readonly name: string }): DnsperfCounts {
  const number = (pattern: RegExp) => Number(pattern.exec(printed)?.[1] ?? Number.NaN)
  const completed = number(/Queries completed:\s+(\d+)/)
  if (!(completed > 0)) throw new Error(`${name} answered nothing:\n${printed}`)
  const [rcode] = NOT_AN_ANSWER.exec(printed) ?? []
  if (rcode !== undefined) throw new Error(`${name} answered ${rcode}: what it would answer was not measured`)
  return { completed, lost: number(/Queries lost:\s+(\d+)/) }
}
