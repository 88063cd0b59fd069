/**
 * One answer of the whole edge out of the answers of its workers: what is counted is added, and everything else is as in the main thread.
 *
 *     worker 1   { state: 'UP', requests: 5, responses: { 200: 5 } }
 *     worker 2   { state: 'UP', requests: 2, responses: { 200: 1, 404: 1 } }
 *     together   { state: 'UP', requests: 7, responses: { 200: 6, 404: 1 } }
 *
 * Read beside: ../watch/status.ts (where the names come from), workers.ts
 * Pure: values in, a value out.
 */

/** Numbers that are counted. */
const COUNTED = new Set([
  'connections',
  'requests',
  'refused',
  'octetsIn',
  'octetsOut',
  'active',
  'retries',
  'failures',
  'idleConnections',
])

/** Objects with a number for each status: one that is missing is 0. */
const TABLES = new Set(['responses'])

type StatusObject = Readonly<Record<string, unknown>>

/** @param own of the main thread @param others of the other workers, in the same form */
export function summed(own: unknown, others: readonly unknown[]): unknown {
  if (Array.isArray(own))
    return own.map(row =>
      summed(
        row,
        others.map(list => rowLike(row, list)),
      ),
    )
  if (!isObject(own)) return own
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const same = others.map(other => (isObject(other) ? other[name] : undefined))
      if (TABLES.has(name)) return [name, sumOfTables([value, ...same])]
      const counted = COUNTED.has(name) && typeof value === 'number'
      return [name, counted ? sum([value, ...same]) : summed(value, same)]
    }),
  )
}

/** The row of the same name in the list of another worker. */
function rowLike(row: unknown, list: unknown): unknown {
  if (!isObject(row) || !Array.isArray(list)) return undefined
  return list.find(other => isObject(other) && other.name === row.name && other.cluster === row.cluster)
}

function sumOfTables(tables: readonly unknown[]): StatusObject {
  const objects = tables.filter(isObject)
  const names = new Set(objects.flatMap(Object.keys))
  return Object.fromEntries([...names].map(name => [name, sum(objects.map(object => object[name]))]))
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0)
}

function isObject(value: unknown): value is StatusObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
