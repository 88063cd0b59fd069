/**
 * A file and its representations: uncompressed, and compressed where that makes it smaller.
 *
 * Each representation has its own entity tag, a hash of the octets that are sent. So all edges send the same tags, an edit of the file
 * changes them, and a client never resumes a br download with gzip octets (RFC 9110 §8.8.3.3).
 *
 * Read beside: RFC 9110 §8.8 (validators), §8.4.1 (codings), §12.5.5 (Vary), RFC 9111 §5.2.2.4 (no-cache)
 * Pure: octets in, octets out.
 */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Coding } from './accept-encoding.ts'
import type { Validators } from './preconditions.ts'
import { DOCUMENT_FIELDS, FILE_FIELDS, type FieldLine } from './security-fields.ts'

export interface Representation extends Validators {
  readonly coding: Coding
  readonly body: Buffer
  /** Of a 200 or 206. */
  readonly fields: readonly FieldLine[]
  /** Of a 304: only the fields that update a cache (RFC 9110 §15.4.5). */
  readonly notModifiedFields: readonly FieldLine[]
}

/** One file: its representations, the smallest first, and `identity` always among them. */
export interface StaticFile {
  readonly codings: readonly Coding[]
  readonly representations: ReadonlyMap<Coding, Representation>
}

/** By extension. A file with another extension is sent as application/octet-stream. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const DOCUMENTS = new Set(['.html', '.svg'])

/** @param extension with its dot */
function mediaType(extension: string): string {
  return MEDIA_TYPES[extension] ?? 'application/octet-stream'
}

/**
 * @param modified milliseconds since 1970
 * @param extension of the file's name, with its dot: `.html`
 */
export async function representationsOf(content: Buffer, modified: number, extension: string): Promise<StaticFile> {
  const [br, gz] = await Promise.all([compressBrotli(content), compressGzip(content)])
  const bodies: [Coding, Buffer][] = [
    ['br', br],
    ['gzip', gz],
  ]
  const smaller = bodies.filter(([, body]) => body.length < content.length)
  smaller.sort(([, a], [, b]) => a.length - b.length)
  const all: [Coding, Buffer][] = [...smaller, ['identity', content]]
  const lastModified = Math.floor(modified / 1000) * 1000
  const vary = all.length > 1
  const representations = all.map(([coding, body]) => represent(coding, body, lastModified, extension, vary))
  return {
    codings: representations.map(({ coding }) => coding),
    representations: new Map(representations.map(representation => [representation.coding, representation])),
  }
}

function represent(
  coding: Coding,
  body: Buffer,
  lastModified: number,
  extension: string,
  vary: boolean,
): Representation {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const caching: FieldLine[] = [
    ['ETag', etag],
    // The browser asks again each time, and gets a 304 while the file is unchanged. So an edit of the page is visible at once, and
    // each reload shows which edge answers.
    ['Cache-Control', 'no-cache'],
    ...(vary ? [['Vary', 'Accept-Encoding'] as const] : []),
  ]
  const fields: FieldLine[] = [
    ['Content-Type', mediaType(extension)],
    ...(coding === 'identity' ? [] : [['Content-Encoding', coding] as const]),
    ['Last-Modified', new Date(lastModified).toUTCString()],
    ['Accept-Ranges', 'bytes'],
    ...caching,
    ...FILE_FIELDS,
    ...(DOCUMENTS.has(extension) ? DOCUMENT_FIELDS : []),
  ]
  return { coding, body, etag, lastModified, fields, notModifiedFields: caching }
}

function compressBrotli(content: Buffer): Promise<Buffer> {
  const params = {
    // 11 saves 3 % more and takes twice as long, while three edges start at the same moment.
    [constants.BROTLI_PARAM_QUALITY]: 10,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  }
  return promisify<Buffer, object, Buffer>(brotliCompress)(content, { params })
}

function compressGzip(content: Buffer): Promise<Buffer> {
  return promisify<Buffer, object, Buffer>(gzip)(content, { level: constants.Z_BEST_COMPRESSION })
}
