/**
 * Makes an access token: a signed JWT that the tickets API checks by itself, without a question to this server.
 *
 * Read beside: ../token-contract.ts, ../tickets/bearer.ts (checks it); RFC 9068 §2
 * Pure: a key, a user and the time in, text out.
 */
import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { UserRecord } from '../../../backend/users/users.ts'
import {
  ACCESS_SECONDS,
  type AccessClaims,
  ALGORITHM,
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  TOKEN_TYPE,
} from '../token-contract.ts'
import type { SigningKey } from './signing-keys.ts'

/** @param now milliseconds since 1970 */
export async function signAccessToken(
  { kid, privateKey }: SigningKey,
  user: Pick<UserRecord, 'id' | 'username' | 'role'>,
  scope: string,
  now: number,
): Promise<string> {
  const claims: AccessClaims = {
    sub: String(user.id),
    preferred_username: user.username,
    client_id: CLIENT_ID,
    scope,
    roles: [user.role],
  }
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_SECONDS)
    .setJti(randomUUID())
    .sign(privateKey)
}
