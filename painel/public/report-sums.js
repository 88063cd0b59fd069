/**
 * The figures of one run: which machines answered in which order, each frontend's own rotation, and how the response times are distributed.
 *
 * Read beside: report-view.js, painel/act/run-record.ts (the sequence)
 * Pure: values in, values out.
 */

/**
 * The backends that each frontend chose, in their order.
 *
 * @param {readonly { frontend: string, backend?: string }[]} sequence
 * @returns {[frontend: string, backends: string[]][]}
 */
export function rotations(sequence) {
  /** @type {Map<string, string[]>} */
  const byFrontend = new Map()
  for (const { frontend, backend } of sequence) {
    if (backend === undefined) continue
    const known = byFrontend.get(frontend)
    if (known) known.push(backend)
    else byFrontend.set(frontend, [backend])
  }
  return [...byFrontend].sort(([one], [other]) => one.localeCompare(other))
}

/**
 * Response times in classes that double: up to 1 ms, 2 ms, 4 ms …
 *
 * @param {readonly { ms: number }[]} sequence
 * @returns {{ upTo: number, count: number }[]} from the class of the fastest to that of the slowest
 */
export function timeClasses(sequence) {
  /** @type {Map<number, number>} */
  const counts = new Map()
  for (const { ms } of sequence) {
    const exponent = Math.max(0, Math.ceil(Math.log2(Math.max(ms, 0.001))))
    counts.set(exponent, (counts.get(exponent) ?? 0) + 1)
  }
  if (counts.size === 0) return []
  const least = Math.min(...counts.keys())
  const most = Math.max(...counts.keys())
  return Array.from({ length: most - least + 1 }, (_, index) => ({
    upTo: 2 ** (least + index),
    count: counts.get(least + index) ?? 0,
  }))
}

/** The number at the end of a machine's name: 2 of `frontend2`. @param {string} name */
export function ordinalOf(name) {
  return Number(/\d+$/.exec(name)?.[0] ?? 0)
}
