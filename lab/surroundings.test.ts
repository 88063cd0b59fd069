import t from 'tap'
import { shellWord, surroundingsFrom } from './surroundings.ts'

t.test('surroundingsFrom() distinguishes WSL from Linux', async t => {
  t.equal(surroundingsFrom({}, 'wsl', '.lab').wsl, true)
  t.equal(surroundingsFrom({}, 'linux', '.lab').wsl, false)
})

t.test('surroundingsFrom() sees the proxies that curl would use', async t => {
  for (const [env, behindProxy] of [
    [{}, false],
    [{ http_proxy: 'http://proxy:3128' }, true],
    [{ ALL_PROXY: 'socks5://proxy' }, true],
    [{ HTTP_PROXY: 'http://proxy:3128' }, false],
    [{ https_proxy: 'http://proxy:3128' }, false],
    [{ http_proxy: 'http://proxy:3128', no_proxy: 'localhost,127.0.0.1' }, true],
    [{ http_proxy: 'http://proxy:3128', no_proxy: '*' }, false],
  ] as const) {
    t.equal(surroundingsFrom(env, 'linux', '.lab').behindProxy, behindProxy, JSON.stringify(env))
  }
})

t.test('surroundingsFrom() repeats LAB_DIR, without which a command finds another lab', async t => {
  t.equal(surroundingsFrom({}, 'linux', '.lab').variables, '')
  t.equal(surroundingsFrom({ LAB_DIR: '/tmp/lab' }, 'linux', '.lab').variables, 'LAB_DIR=/tmp/lab ')
  t.equal(surroundingsFrom({ LAB_DIR: "Ana's lab" }, 'linux', '.lab').variables, `LAB_DIR='Ana'\\''s lab' `)
})

t.test('shellWord() quotes only where a shell needs it', async t => {
  for (const plain of ['.lab/zones', 'a_b-c.d:1']) t.equal(shellWord(plain), plain)
  for (const special of ['a b', '$HOME', '', '*', 'Área']) t.equal(shellWord(special), `'${special}'`)
})
