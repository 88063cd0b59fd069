/**
 * The whole corpus, by subject.
 *
 * Read beside: ../case.ts
 * Pure: data.
 */
import type { ConformanceCase } from '../case.ts'
import { chunks } from './chunks.ts'
import { connection } from './connection.ts'
import { fields } from './fields.ts'
import { framing } from './framing.ts'
import { limits } from './limits.ts'
import { requestLine } from './request-line.ts'
import { targetAndHost } from './target-and-host.ts'

export const SUBJECTS: Readonly<Record<string, readonly ConformanceCase[]>> = {
  'Request line': requestLine,
  'Target and Host': targetAndHost,
  Fields: fields,
  'Content-Length and Transfer-Encoding': framing,
  Chunks: chunks,
  'Several requests, and the end of a connection': connection,
  Limits: limits,
}

export const CORPUS: readonly ConformanceCase[] = Object.values(SUBJECTS).flat()
