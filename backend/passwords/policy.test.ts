import t from 'tap'
import { objection } from './policy.ts'

t.test(
  'objection() accepts sentences in any script, without rules about symbols (NIST SP 800-63B §5.1.1.2)',
  async t => {
    const fine = [
      'cavalo bateria grampo',
      'só minúsculas',
      '密码是一个很长的句子',
      'xxxkwlvq-zd',
      'ana-no-laboratorio',
      '        esdrúxula',
    ]
    for (const password of fine) t.equal(await objection(password, 'ana'), undefined, password)
    t.equal(await objection('kq w'.repeat(64), 'ana'), undefined, '256 characters')
  },
)

t.test('objection() gives the reason for which a common password is refused', async t => {
  const refused: [password: string, why: RegExp][] = [
    ['sete777', /at least 8/],
    ['👩👩👩👩👩👩👩', /at least 8/],
    [`${'kq w'.repeat(64)}!`, /at most 256/],
    ['password1', /most common/],
    ['Senha123', /most common/],
    ['QWERTY123', /most common/],
    ['senha12345678', /most common/],
    ['12345senha', /most common/],
    ['Corinthians2026!', /most common/],
    ['mudar@123', /most common/],
    ['flamengo#1981', /most common/],
    ['deusefiel', /most common/],
    ['aaaaaaaaaa', /repeats/],
    ['ababababab', /repeats/],
    ['abcdefghij', /sequence/],
    ['87654321', /sequence/],
    ['mariasilva2026', /contain the user name/],
    ['meutrabalho2026!', /easy to guess/],
    ['123laboratorio', /easy to guess/],
  ]
  for (const [password, why] of refused) t.match(await objection(password, 'mariasilva'), why, password)
  t.match(await objection('anaanaana', 'ana'), /repeats/)
})
