/**
 * Static files from memory: a table from paths to files, and the response to a request for one of them.
 *
 * A path is looked up in the table and never opened in the file system, so no spelling of a path leads to another file.
 *
 * Read beside: load.ts (which fills the table), RFC 9110 §9.3.1 (GET), §12 (negotiation), §13 (conditions), §14 (ranges), §15.5.6 (405)
 * Pure: a table and a request in, a response out.
 */
import type { Clock } from '#shared/clock.ts'
import { type LocalResponse, problemResponse } from '../downstream/local-response.ts'
import { valuesOf } from '../http1/fields.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { chooseCoding, parseAcceptEncoding } from './accept-encoding.ts'
import { evaluatePreconditions, ifRangeHolds } from './preconditions.ts'
import { contentRange, parseRange } from './range.ts'
import type { Representation, StaticFile } from './representation.ts'

/** By path, as it is written in a request: `/app.js`, and `/` for an index.html. */
export type Files = ReadonlyMap<string, StaticFile>

const NO_BODY = Buffer.alloc(0)

/**
 * The response of the edge itself; undefined when no file has this path: the request then goes to a backend.
 *
 * Deviates from RFC 3986 §6.2.2.2: `/%61pp.js` is not `/app.js`. Decoding and normalising paths is a source of errors, and a table
 * of paths does not need it.
 *
 * @param clock for conditions with dates
 */
export function fileResponse(
  files: Files,
  { method, path, fields }: RequestHead,
  clock: Pick<Clock, 'epoch'>,
): LocalResponse | undefined {
  const query = path.indexOf('?')
  const file = files.get(query === -1 ? path : path.slice(0, query))
  if (file === undefined) return undefined
  if (method !== 'GET' && method !== 'HEAD') return notAllowed(method)

  const coding = chooseCoding(file.codings, parseAcceptEncoding(valuesOf(fields, 'accept-encoding')))
  const representation = coding === undefined ? undefined : file.representations.get(coding)
  if (representation === undefined) return notAcceptable(file)

  const precondition = evaluatePreconditions(fields, representation, clock.epoch())
  if (precondition === 'failed')
    return problemResponse(412, 'the file has changed: If-Match or If-Unmodified-Since does not hold', {})
  if (precondition === 'not modified') {
    return { status: 304, fields: representation.notModifiedFields, body: NO_BODY }
  }
  // RFC 9110 §14.2: "A server MUST ignore a Range header field received with a request method … for which range handling is
  // not defined. For this specification, GET is the only method for which range handling is defined."
  const ranges = method === 'GET' ? valuesOf(fields, 'range') : []
  if (ranges.length > 0 && ifRangeHolds(fields, representation)) return partialContent(representation, ranges)
  return { status: 200, fields: representation.fields, body: representation.body }
}

/** RFC 9110 §15.5.6: "The origin server MUST generate an Allow header field in a 405 response". */
function notAllowed(method: string): LocalResponse {
  const detail = `this is a file of the edge; ${method} is not possible, only GET and HEAD`
  return problemResponse(405, detail, { side: 'client' }, [['Allow', 'GET, HEAD']])
}

function partialContent({ body, fields }: Representation, ranges: readonly string[]): LocalResponse {
  const range = parseRange(ranges, body.length)
  if (range === 'whole') return { status: 200, fields, body }
  if (range === 'unsatisfiable') {
    const detail = `the file has ${body.length} octets; none of them is in the range of Range`
    return problemResponse(416, detail, {}, [['Content-Range', contentRange(undefined, body.length)]])
  }
  return {
    status: 206,
    fields: [...fields, ['Content-Range', contentRange(range, body.length)]],
    body: body.subarray(range.first, range.last + 1),
  }
}

function notAcceptable({ codings }: StaticFile): LocalResponse {
  const detail = `Accept-Encoding refuses every available coding: ${codings.join(', ')}`
  return problemResponse(406, detail, {}, [['Vary', 'Accept-Encoding']])
}
