/**
 * The field Idempotency-Key: a client sends the same key with each attempt of one action, so that it is executed once.
 *
 * Read beside: draft-ietf-httpapi-idempotency-key-header-07 §2.1 (the field), RFC 9651 §3.3.3 (strings), responses.ts
 * Pure: text in, text out.
 */
import { hash } from 'node:crypto'
import { Refusal } from '../../../backend/refusal.ts'

/** Characters. A UUID has 36. */
const LONGEST_KEY = 255

/** Deviates: the draft requires quotes. Most clients send the key without them; both spellings are the same key. */
const BARE = /^[\x21\x23-\x2b\x2d-\x7e]+$/
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/

/**
 * @param field the value of the field, `"8e03978e-40d5-43e8-bc93-6894a57f9324"`
 * @throws Refusal 400 when it is missing, empty, longer than 255 characters, or has characters other than visible ASCII
 */
export function parseIdempotencyKey(field: string | undefined): string {
  if (field === undefined) {
    throw new Refusal(
      400,
      'the field Idempotency-Key is missing: send a new random value with each action, and the same one with each attempt of it',
    )
  }
  const key = QUOTED.exec(field)?.[1]?.replace(/\\(["\\])/g, '$1') ?? (BARE.test(field) ? field : '')
  if (key.length < 1 || key.length > LONGEST_KEY) {
    throw new Refusal(
      400,
      `Idempotency-Key must have 1 to ${LONGEST_KEY} visible ASCII characters, with or without quotes around them`,
    )
  }
  return key
}

/** What was requested, as a hash: SHA-256 in base64url. */
export function hashOfRequest(method: string, path: string, body: unknown): string {
  return hash('sha256', JSON.stringify([method, path, body]), 'base64url')
}
