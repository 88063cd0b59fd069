import t from 'tap'
import { errorPage } from './error-page.ts'
import { loginPage } from './login-page.ts'
import { profilePage } from './profile-page.ts'

const EVIL = `<script>alert("1")</script>' onload='x & y`

t.test('text that a user or a peer wrote never becomes markup in a page', async t => {
  const user = { id: 1, username: EVIL, name: EVIL, role: 'aluno' as const }
  const session = {
    key: EVIL,
    server: EVIL,
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-01T08:00:00.000Z',
  }
  for (const store of ['redis', 'memory'] as const) {
    const page = profilePage({ user, server: EVIL, session: { ...session, store } })
    t.notMatch(page, '<script>')
    t.notMatch(page, "onload='")
    t.equal(page.includes('role="alert"'), store === 'memory')
  }
  for (const status of [400, 401, 429, 500, 503]) {
    t.notMatch(loginPage(status, EVIL, EVIL), '<script>')
    t.notMatch(errorPage(status, EVIL), '<script>')
  }
})
