/**
 * Codes and refresh tokens in MySQL: issued, exchanged once, and ended as a family.
 *
 * Each exchange locks its row, judges it and changes it in one transaction: of two requests with the same code at the same time, one gets
 * a token, and the other one counts as a replay.
 *
 * Read beside: rules/grant-rules.ts (the decisions), migrations/; RFC 6749 §10.5, RFC 9700 §4.14
 * Touches the world: MySQL.
 */
import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { MySql, Statements } from '../../../backend/mysql/mysql.ts'
import type { Trace } from '../../../backend/trace.ts'
import type { AuthorizationRequest } from './rules/authorization-request.ts'
import { type CodeVerdict, FAMILY_MS, judgeCode, judgeRefresh, type RefreshVerdict } from './rules/grant-rules.ts'
import type { CodeGrant, RefreshGrant } from './rules/token-request.ts'

export interface TokenFamily {
  readonly id: string
  readonly userId: number
  readonly userVersion: number
  readonly scope: string
}

export type GrantOutcome =
  | { readonly verdict: 'granted'; readonly family: TokenFamily; readonly refreshToken: string }
  | { readonly verdict: 'unknown' | Exclude<CodeVerdict | RefreshVerdict, 'granted'> }

type FamilyRow = TokenFamily & { readonly startedAt: number; readonly endedAt: number | null }
type CodeRow = FamilyRow & { challenge: string; redirectUri: string | null; issuedAt: number; used: number }
type RefreshRow = FamilyRow & { issuedAt: number; used: number }

const FAMILY =
  'f.id, f.user_id AS userId, f.user_version AS userVersion, f.scope, f.started_at AS startedAt, f.ended_at AS endedAt'
const FIND_CODE = `SELECT ${FAMILY}, c.challenge, c.redirect_uri AS redirectUri, c.issued_at AS issuedAt, c.used
  FROM reposicao_codes c JOIN reposicao_families f ON f.id = c.family_id WHERE c.code_hash = ? FOR UPDATE`
const FIND_REFRESH = `SELECT ${FAMILY}, r.issued_at AS issuedAt, r.used
  FROM reposicao_refresh_tokens r JOIN reposicao_families f ON f.id = r.family_id WHERE r.token_hash = ? FOR UPDATE`
/** Families that are over are deleted, a few with each login; their codes and tokens go with them. */
const FORGET = 'DELETE FROM reposicao_families WHERE started_at < ? ORDER BY started_at LIMIT 20'

export class Grants {
  readonly #mysql: MySql
  readonly #clock: Clock

  constructor(mysql: MySql, clock: Clock) {
    this.#mysql = mysql
    this.#clock = clock
  }

  /** A new code for a user who is logged in: the beginning of a family. */
  async issueCode(
    trace: Trace,
    user: { readonly id: number; readonly version: number },
    { challenge, redirectUri, scope }: AuthorizationRequest,
  ): Promise<string> {
    const code = newSecret()
    const now = this.#clock.epoch()
    await this.#mysql.transaction(trace, async statements => {
      await statements.change(FORGET, [now - 2 * FAMILY_MS])
      const family = randomUUID()
      await statements.change(
        'INSERT INTO reposicao_families (id, user_id, user_version, scope, started_at) VALUES (?, ?, ?, ?, ?)',
        [family, user.id, user.version, scope, now],
      )
      await statements.change(
        'INSERT INTO reposicao_codes (code_hash, family_id, challenge, redirect_uri, issued_at) VALUES (?, ?, ?, ?, ?)',
        [digest(code), family, challenge, redirectUri, now],
      )
    })
    return code
  }

  async exchangeCode(trace: Trace, grant: CodeGrant): Promise<GrantOutcome> {
    const key = digest(grant.code)
    return this.#mysql.transaction(trace, async statements => {
      const [row] = await statements.rows<CodeRow>(FIND_CODE, [key])
      if (row === undefined) return { verdict: 'unknown' }
      const verdict = judgeCode({ ...row, isUsed: row.used === 1 }, grant, this.#clock.epoch())
      if (verdict === 'replayed') await this.#end(statements, row.id)
      await statements.change('UPDATE reposicao_codes SET used = 1 WHERE code_hash = ?', [key])
      return verdict === 'granted' ? this.#grant(statements, row) : { verdict }
    })
  }

  async exchangeRefresh(trace: Trace, { token }: RefreshGrant): Promise<GrantOutcome> {
    const key = digest(token)
    return this.#mysql.transaction(trace, async statements => {
      const [row] = await statements.rows<RefreshRow>(FIND_REFRESH, [key])
      if (row === undefined) return { verdict: 'unknown' }
      const { issuedAt, startedAt: familyStartedAt } = row
      const state = { issuedAt, isUsed: row.used === 1, familyStartedAt, familyEnded: row.endedAt !== null }
      const verdict = judgeRefresh(state, this.#clock.epoch())
      if (verdict === 'replayed') await this.#end(statements, row.id)
      if (verdict !== 'granted') return { verdict }
      await statements.change('UPDATE reposicao_refresh_tokens SET used = 1 WHERE token_hash = ?', [key])
      return this.#grant(statements, row)
    })
  }

  /** Ends the family of a refresh token, if there is one (RFC 7009 §2.1). */
  async revoke(trace: Trace, token: string): Promise<void> {
    await this.#mysql.transaction(trace, async statements => {
      const [row] = await statements.rows<RefreshRow>(FIND_REFRESH, [digest(token)])
      if (row) await this.#end(statements, row.id)
    })
  }

  async endFamily(trace: Trace, { id }: TokenFamily): Promise<void> {
    await this.#mysql.transaction(trace, statements => this.#end(statements, id))
  }

  async #grant(statements: Statements, { id, userId, userVersion, scope }: FamilyRow): Promise<GrantOutcome> {
    const refreshToken = newSecret()
    await statements.change(
      'INSERT INTO reposicao_refresh_tokens (token_hash, family_id, issued_at) VALUES (?, ?, ?)',
      [digest(refreshToken), id, this.#clock.epoch()],
    )
    return { verdict: 'granted', family: { id, userId, userVersion, scope }, refreshToken }
  }

  async #end(statements: Statements, id: string): Promise<void> {
    const sql = 'UPDATE reposicao_families SET ended_at = ? WHERE id = ? AND ended_at IS NULL'
    await statements.change(sql, [this.#clock.epoch(), id])
  }
}

/** 256 random bits (RFC 6749 §10.10 asks for 128). */
function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Secrets of 256 bits need no slow hash: nothing shorter can be guessed from it. */
function digest(secret: string): string {
  return hash('sha256', secret, 'base64url')
}
