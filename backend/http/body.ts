/**
 * The body of a request: read up to a limit, and parsed as its Content-Type says.
 *
 * Read beside: json-text.ts, RFC 9110 §8.3 (Content-Type), §8.4 (Content-Encoding), RFC 9112 §6.1 (Transfer-Encoding), RFC 8259;
 * URL Standard §5.1
 * Touches the world: reads the request's stream.
 */
import type { IncomingMessage } from 'node:http'
import { Refusal } from '../refusal.ts'
import { parseJson } from './json-text.ts'

/** A parsed body. `value` is not validated: each route checks it against its schema. */
export interface RequestBody {
  readonly type: 'json' | 'form'
  readonly value: unknown
}

const TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const
/** Octets. The longest useful body is a form with a password of 256 characters, percent-encoded. */
export const BODY_LIMIT = 16 * 1024

/**
 * The body, parsed. A body without octets is `{}` where it is optional, and an error otherwise. The number of octets counts, not how it
 * is announced: many clients send Content-Type, `Content-Length: 0` or an empty chunked body with every request.
 *
 * @throws Refusal 415 (another type or coding), 413 (too long), 400 (not of its type), 501 (another transfer coding)
 */
export async function readBody(
  request: IncomingMessage,
  accepted: readonly RequestBody['type'][],
  { optional }: { optional: boolean },
): Promise<RequestBody> {
  const field = request.headers['content-type']
  const type = typeIn(field, accepted)
  if (type === undefined && !optional) throw unsupported(field, accepted)
  const framing = request.headers['transfer-encoding'] ?? 'chunked'
  if (framing.toLowerCase() !== 'chunked') throw new Refusal(501, 'the only transfer coding supported here is chunked')
  const coding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (coding !== 'identity') throw new Refusal(415, `Content-Encoding ${JSON.stringify(coding)} is not supported here`)
  const octets = await collect(request)
  if (octets.length === 0 && optional) return { type: type ?? 'json', value: {} }
  if (type === undefined) throw unsupported(field, accepted)
  if (octets.length === 0 && type === 'json') throw new Refusal(400, 'the body is empty, but JSON is needed')
  const text = decodeUtf8(octets)
  return { type, value: type === 'json' ? parseJson(text) : parseForm(text) }
}

/** Undefined when the field has none of the accepted types, or another charset than UTF-8. */
function typeIn(field: string | undefined, accepted: readonly RequestBody['type'][]): RequestBody['type'] | undefined {
  const [media = '', ...parameters] = (field ?? '').split(';').map(part => part.trim().toLowerCase())
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '')
  if (charset !== undefined && charset !== 'utf-8') return undefined
  return accepted.find(type => TYPES[type] === media)
}

function unsupported(field: string | undefined, accepted: readonly RequestBody['type'][]): Refusal {
  const wanted = accepted.map(type => TYPES[type])
  const sentence = `Content-Type is ${JSON.stringify(field ?? '')}, but must be ${wanted.join(' or ')}, in UTF-8`
  return new Refusal(415, sentence, { headers: ['Accept', wanted.join(', ')] })
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLong()
  const chunks: Buffer[] = []
  let length = 0
  try {
    // Without destroyOnReturn an error here would close the connection before its response is sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length
      if (length > BODY_LIMIT) throw tooLong()
      chunks.push(chunk)
    }
  } catch (error) {
    // The client closed the connection: it cannot get a response, and the server has no defect.
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET')
      throw new Refusal(400, 'the body is incomplete', { cause: error })
    throw error
  }
  return Buffer.concat(chunks)
}

/** The connection is closed after this response: the rest of the body is not read as another request. */
function tooLong(): Refusal {
  return new Refusal(413, `the body is longer than ${BODY_LIMIT} octets, the limit here`, {
    headers: ['Connection', 'close'],
  })
}

function decodeUtf8(octets: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch (error) {
    throw new Refusal(400, 'the body is not UTF-8', { cause: error })
  }
}

function parseForm(text: string): Record<string, string> {
  // `curl -d` sends JSON with the type of a form unless -H gives another one.
  if (/^\s*[{[]/.test(text)) {
    throw new Refusal(
      400,
      'the body looks like JSON, but its Content-Type is that of a form: add -H "Content-Type: application/json"',
    )
  }
  refuseBrokenEscapes(text)
  const value: Record<string, string> = Object.create(null)
  for (const [name, content] of new URLSearchParams(text)) {
    if (name in value) throw new Refusal(400, `the form has ${JSON.stringify(name)} twice`)
    value[name] = content
  }
  return { ...value }
}

const ESCAPES = /(?:%[0-9a-f]{2})+/gi

/** URLSearchParams replaces every octet that is not UTF-8 by U+FFFD, so two different passwords would become the same. */
function refuseBrokenEscapes(text: string): void {
  for (const [escapes] of text.matchAll(ESCAPES)) {
    try {
      decodeURIComponent(escapes)
    } catch (error) {
      throw new Refusal(400, 'the form is not UTF-8', { cause: error })
    }
  }
}
