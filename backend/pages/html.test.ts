import t from 'tap'
import { errorPage } from './error-page.ts'
import { escapeHtml, html } from './html.ts'
import { loginPage } from './login-page.ts'
import { profilePage } from './profile-page.ts'

const EVIL = `<script>alert("1")</script>' onload='x & y`

t.test('html`` escapes whatever is put in, and leaves alone what is HTML already', async t => {
  const item = html`<li>${EVIL}</li>`
  t.equal(html`<ul>${[item, item]}</ul>`.text, `<ul><li>${escapeHtml(EVIL)}</li><li>${escapeHtml(EVIL)}</li></ul>`)
  t.equal(html`${1}${undefined}${''}`.text, '1')
  t.equal(escapeHtml(EVIL), '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;x &amp; y')
})

t.test('no page lets what a user or a peer wrote become markup', async t => {
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
