/**
 * From the Authorization field of a request to the person who sent it, or to a refusal.
 *
 * Read beside: rules/bearer-errors.ts, ../token-contract.ts, jwks-cache.ts; RFC 6750, RFC 9068 §4, RFC 8725 §3
 * Touches the world: only through the keys.
 */
import { errors, jwtVerify } from 'jose'
import type { Clock } from '#shared/clock.ts'
import type { TicketUser } from '../ticket.ts'
import { type AccessClaims, ALGORITHM, AUDIENCE, CLIENT_ID, ISSUER, SCOPE, TOKEN_TYPE } from '../token-contract.ts'
import type { JwksCache } from './jwks-cache.ts'
import { bearerRefusal, tokenIn, whyInvalid } from './rules/bearer-errors.ts'

/** Seconds that the clocks of two machines may differ. */
const CLOCK_TOLERANCE = 5
/** The limit of checked tokens that are kept, so that their signature is not checked again. At the limit, all are deleted. */
const MOST_REMEMBERED = 2_000

export interface TicketSession {
  readonly user: TicketUser
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export class Bearer {
  readonly #keys: Pick<JwksCache, 'key'>
  readonly #clock: Clock
  readonly #checked = new Map<string, TicketSession>()

  constructor(keys: Pick<JwksCache, 'key'>, clock: Clock) {
    this.#keys = keys
    this.#clock = clock
  }

  /** @throws Refusal 400, 401 or 403 (RFC 6750 §3.1); Unavailable while the keys are not known */
  async authenticate(authorization: string | undefined): Promise<TicketUser> {
    return (await this.session(authorization)).user
  }

  /** The same, and until when the token is valid. A token cannot be taken back before its end, so one check is enough. */
  async session(authorization: string | undefined): Promise<TicketSession> {
    const token = tokenIn(authorization)
    const known = this.#checked.get(token)
    if (known !== undefined && this.#clock.epoch() < known.expiresAt) return known
    const session = sessionOf(await this.#verify(token))
    if (this.#checked.size >= MOST_REMEMBERED) this.#checked.clear()
    this.#checked.set(token, session)
    return session
  }

  /** The algorithm is fixed here and not taken from the token (RFC 8725 §3.1): `none` and HS256 are refused before any key is looked up. */
  async #verify(token: string): Promise<AccessClaims & { exp: number }> {
    try {
      const { payload } = await jwtVerify(token, this.#keys.key, {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id', 'scope'],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(this.#clock.epoch()),
      })
      if (!isAccessClaims(payload)) throw bearerRefusal('invalid_token', 'a claim of the access token is wrong')
      return payload
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined
      throw bearerRefusal('invalid_token', whyInvalid(error.code, claim))
    }
  }
}

/** @throws Refusal 403 */
function sessionOf({
  sub,
  preferred_username: username,
  roles,
  scope,
  exp,
}: AccessClaims & { exp: number }): TicketSession {
  if (!scope.split(' ').includes(SCOPE)) {
    throw bearerRefusal('insufficient_scope', `the access token does not have the scope ${SCOPE}`)
  }
  const role = roles.includes('admin') ? 'farmacia' : 'setor'
  return { user: { id: Number(sub), username, role }, expiresAt: exp * 1000 }
}

/** Checked although our own server has signed it: a claim of the wrong type must not become a user id. */
function isAccessClaims(payload: object): payload is AccessClaims & { exp: number } {
  const { sub, preferred_username, client_id, scope, roles, exp } = payload as Partial<
    Record<keyof AccessClaims | 'exp', unknown>
  >
  return (
    typeof sub === 'string' &&
    /^[1-9]\d{0,14}$/.test(sub) &&
    typeof preferred_username === 'string' &&
    client_id === CLIENT_ID &&
    typeof scope === 'string' &&
    Array.isArray(roles) &&
    typeof exp === 'number'
  )
}
