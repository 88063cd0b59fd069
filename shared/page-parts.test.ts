import t from 'tap'
import { filesMatching } from '../test/house/repository.ts'
import { loginFields, withParts } from './page-parts.ts'

t.test('withParts() puts each part in place of its comment, and refuses an unknown name', async t => {
  t.match(withParts('<head><!-- part: head --></head>'), /^<head><meta charset="utf-8">[\s\S]*\/style\.css"><\/head>$/)
  t.equal(withParts('<!-- another comment -->'), '<!-- another comment -->')
  t.throws(
    () => withParts('<!-- part: footer -->'),
    /<!-- part: footer -->: the parts are head, languages, login, login of admins/,
  )
})

t.test('loginFields() escapes the user name, and never contains a password', async t => {
  const { text } = loginFields('"><script>')
  t.match(text, 'value="&quot;&gt;&lt;script&gt;"')
  t.match(text, /type="password"[^>]* autofocus>/)
  t.notMatch(loginFields().text, /autofocus/)
  t.notMatch(loginFields('').text, /autofocus/, 'an empty name is typed first')
})

t.test('the pages of www, of the applications and of the painel contain no copy of a part', async t => {
  const pages = filesMatching(/^(?:edge-proxy|painel|apps\/\w+)\/public\/.*\.html$/)
  t.ok(pages.length > 2)
  for (const { file, text } of pages) {
    t.notMatch(text, /charset=|id="choose-pt"|current-password/, file)
    t.match(withParts(text), /charset=[\s\S]*id="choose-pt"/, file)
  }
})
