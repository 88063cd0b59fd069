import t from 'tap'
import { PageQuerySchema } from '../routes/usuarios-schemas.ts'
import { NewUserSchema, UserChangeSchema } from '../users/user-schemas.ts'
import { check, checkQuery } from './check.ts'

const good = { username: 'carla', name: 'Carla Dias', password: 'x' }
const refused = (value: unknown) => {
  try {
    check(NewUserSchema, value)
  } catch (error) {
    return error as { status: number; message: string; members: { errors: { field: string; message: string }[] } }
  }
  throw new Error('the value was accepted')
}

t.test('check() returns a valid value', async t => {
  t.equal(check(NewUserSchema, good), good)
  t.ok(
    check(NewUserSchema, { ...good, role: 'admin', name: '👩'.repeat(100) }),
    'characters are code points, not UTF-16 units',
  )
})

t.test('check() names every wrong field, and what would be right', async t => {
  const { status, members } = refused({ username: 'João', name: ' x', admin: true })
  t.equal(status, 400)
  t.strictSame(members.errors.map(({ field }) => field).sort(), ['admin', 'name', 'password', 'username'])
  t.match(members.errors, [{ message: /is missing/ }, { message: /the known ones are username, name, password, role/ }])
  t.match(refused({ ...good, username: 'João' }).message, /^username: 2 to 32 characters: a–z, 0–9/)
  t.match(refused({ ...good, role: 'root' }).message, /^role: admin or aluno$/)
})

t.test('check() refuses a name that is invisible, breaks the line, or is longer than the column', async t => {
  for (const name of ['', ' ', 'a\nb', 'a\u0000', '\ud83d', 'a\u2028b', 'x'.repeat(101), '👨‍👩‍👧‍👦'.repeat(20)]) {
    t.equal(refused({ ...good, name }).status, 400)
  }
  // A name of zero-width spaces looks like an empty line in the list of users; after U+202E the rest of the line is shown backwards.
  for (const name of [
    '\u200b',
    'Ana\u200b',
    '\u202eanA',
    'a\u2066b',
    '\u3164',
    '\u200d',
    'Ana\u200d',
    'A\u00adna',
    '\ufeffAna',
    '\u2800',
    '\u2800 \u2800',
    '\ufe0f',
    'Ana\u{e0041}',
    'Ana\u034f',
    '\u{1d159}',
    '\u0301',
  ]) {
    t.equal(refused({ ...good, name }).status, 400, JSON.stringify(name))
  }
  for (const name of ['👩‍🔬 Ç', 'می‌خواهم', 'Zoë O’Neill-Łukasz', '❤️'])
    t.ok(check(NewUserSchema, { ...good, name }), name)
})

t.test('check() refuses JSON values of every other kind', async t => {
  for (const value of [null, [], 'x', 7, [good], JSON.parse('{"__proto__": {"username": "carla"}}')]) {
    t.equal(refused(value).status, 400, JSON.stringify(value))
  }
  t.ok(refused({ ...good, ['x'.repeat(5000)]: 1 }).message.length < 300, 'long names are shortened')
  t.throws(() => check(UserChangeSchema, {}), { name: 'Refusal', status: 400 })
})

t.test('checkQuery() reads numbers as numbers, fills in defaults, and refuses a member that is twice', async t => {
  const page = (text: string) => checkQuery(PageQuerySchema, new URLSearchParams(text))
  t.strictSame(page(''), { limit: 20, after: 0 })
  t.strictSame(page('limit=5&after=7'), { limit: 5, after: 7 })
  for (const text of [
    'limit=',
    'limit=0',
    'limit=101',
    'limit=1e1',
    'limit=%201',
    'after=-1',
    'x=1',
    'limit=1&limit=1',
  ]) {
    t.throws(() => page(text), { name: 'Refusal', status: 400 }, text)
  }
})
