import t from 'tap'
import { CODE_MS, FAMILY_MS, IDLE_REFRESH_MS, judgeCode, judgeRefresh } from './grant-rules.ts'
import { GENERATION_MS, keySchedule, PUBLISHED_AFTER_MS, PUBLISHED_BEFORE_MS } from './key-schedule.ts'
import { grantError } from './oauth-error.ts'
import { challengeOf, isVerifier, verifies } from './pkce.ts'

t.test('challengeOf() is the example of RFC 7636 Appendix B', async t => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  t.equal(challengeOf(verifier), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  t.ok(verifies(verifier, challengeOf(verifier)))
  t.notOk(verifies(`${verifier}x`, challengeOf(verifier)))
  t.notOk(verifies(challengeOf(verifier), challengeOf(verifier)), 'plain')
})

t.test('isVerifier(): 43 to 128 unreserved characters (RFC 7636 §4.1)', async t => {
  t.notOk(isVerifier('a'.repeat(42)))
  t.ok(isVerifier('a'.repeat(43)))
  t.ok(isVerifier('~'.repeat(128)))
  t.notOk(isVerifier('a'.repeat(129)))
  t.notOk(isVerifier('+'.repeat(43)))
})

t.test('judgeCode(): once, within its time, with the same redirect address and the right verifier', async t => {
  const verifier = 'v'.repeat(43)
  const code = { challenge: challengeOf(verifier), redirectUri: null, issuedAt: 0, isUsed: false }
  const grant = { type: 'authorization_code', code: 'c', verifier, redirectUri: null } as const
  t.equal(judgeCode(code, grant, CODE_MS - 1), 'granted')
  t.equal(judgeCode(code, grant, CODE_MS), 'refused')
  t.equal(judgeCode({ ...code, isUsed: true }, grant, 1), 'replayed')
  t.equal(judgeCode(code, { ...grant, verifier: 'w'.repeat(43) }, 1), 'refused')
  t.equal(judgeCode({ ...code, redirectUri: 'http://a/' }, grant, 1), 'refused', 'RFC 6749 §4.1.3')
  t.equal(judgeCode(code, { ...grant, redirectUri: 'http://a/' }, 1), 'refused')
})

t.test('judgeRefresh(): once, not after an hour unused, not after the family has ended', async t => {
  const token = { issuedAt: 0, isUsed: false, familyStartedAt: 0, familyEnded: false }
  t.equal(judgeRefresh(token, IDLE_REFRESH_MS - 1), 'granted')
  t.equal(judgeRefresh(token, IDLE_REFRESH_MS), 'refused')
  t.equal(judgeRefresh({ ...token, issuedAt: FAMILY_MS - 1 }, FAMILY_MS), 'refused')
  t.equal(judgeRefresh({ ...token, isUsed: true }, 1), 'replayed')
  t.equal(judgeRefresh({ ...token, isUsed: true, familyEnded: true }, 1), 'refused')
})

t.test(
  'keySchedule(): at every time, the key that signs was published long before, and stays as long as its tokens live',
  async t => {
    const start = 20_000 * GENERATION_MS
    const holds = (now: number) => {
      const { signs, wanted, oldest } = keySchedule(now)
      const before = keySchedule(now - PUBLISHED_BEFORE_MS + 1)
      const after = keySchedule(now + PUBLISHED_AFTER_MS)
      return wanted.includes(signs) && oldest <= signs && before.wanted.includes(signs) && after.oldest <= signs
    }
    const minutes = Array.from({ length: 2 * 24 * 60 }, (_, minute) => start + minute * 60_000)
    t.strictSame(
      minutes.filter(now => !holds(now)),
      [],
    )
    t.strictSame(keySchedule(start), { signs: 20_000, wanted: [20_000], oldest: 19_999 })
    t.strictSame(keySchedule(start - 1), { signs: 19_999, wanted: [19_999, 20_000], oldest: 19_999 })
  },
)

t.test('grantError() has only the characters that RFC 6749 §5.2 permits', async t => {
  t.equal(grantError('invalid_request', 'a "b" \\ ç\n').description, "a 'b' ' ''")
})
