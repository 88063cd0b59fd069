import t from 'tap'
import { escapeHtml, html } from './html.ts'

const EVIL = `<script>alert("1")</script>' onload='x & y`

t.test('html`` escapes text, and does not escape HTML a second time', async t => {
  const item = html`<li>${EVIL}</li>`
  t.equal(html`<ul>${[item, item]}</ul>`.text, `<ul><li>${escapeHtml(EVIL)}</li><li>${escapeHtml(EVIL)}</li></ul>`)
  t.equal(html`${1}${undefined}${''}`.text, '1')
  t.equal(escapeHtml(EVIL), '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;x &amp; y')
})
