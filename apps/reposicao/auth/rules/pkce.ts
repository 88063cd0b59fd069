/**
 * PKCE: the client that redeems a code must be the one that asked for it. It sends the hash of a secret first, and the secret later.
 *
 * Read beside: RFC 7636 §4.1 (verifier), §4.2 (challenge), §4.6 (comparison); RFC 9700 §2.1.1
 * Pure: text in, text or a verdict out.
 */
import { hash, timingSafeEqual } from 'node:crypto'

/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/
/** SHA-256 in base64url without padding: always 43 characters. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** Whether a text has the form of a verifier (§4.1). */
export function isVerifier(text: string): boolean {
  return VERIFIER.test(text)
}

/** Whether a text has the form of an S256 challenge (§4.2). */
export function isChallenge(text: string): boolean {
  return CHALLENGE.test(text)
}

/** `S256`: BASE64URL(SHA256(ASCII(verifier))). */
export function challengeOf(verifier: string): string {
  return hash('sha256', verifier, 'base64url')
}

/** Whether the challenge was made of this verifier (§4.6). The comparison takes as long for a wrong one as for the right one. */
export function verifies(verifier: string, challenge: string): boolean {
  return isVerifier(verifier) && timingSafeEqual(Buffer.from(challengeOf(verifier)), Buffer.from(challenge))
}
