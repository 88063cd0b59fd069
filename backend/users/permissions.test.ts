import t from 'tap'
import { may, type UserAction } from './permissions.ts'

t.test('may() follows the table at the top of permissions.ts', async t => {
  const actions: UserAction[] = ['list', 'read', 'create', 'rename', 'password', 'role', 'remove']
  const allowed = (role: 'admin' | 'aluno', own: boolean) => actions.filter(action => may(role, action, own))
  t.strictSame(allowed('admin', true), actions)
  t.strictSame(allowed('admin', false), actions)
  t.strictSame(allowed('aluno', true), ['read', 'rename', 'password'])
  t.strictSame(allowed('aluno', false), [])
})
