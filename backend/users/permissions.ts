/**
 * Which role may do what with users: one table, the only place for these rules.
 *
 *              admin       aluno
 *   list       yes         no
 *   read       all users   their own account
 *   create     yes         no
 *   rename     all users   their own account
 *   password   all users   their own account
 *   role       all users   no
 *   remove     all users   no
 *
 * The last admin cannot be removed or lose the role. That depends on the data, and is checked in users.ts.
 *
 * Read beside: ../routes/usuarios.ts (the caller), users.ts
 * Pure: values in, a verdict out.
 */
import type { UserRole } from './users.ts'

export type UserAction = 'list' | 'read' | 'create' | 'rename' | 'password' | 'role' | 'remove'

const TABLE: Readonly<Record<UserAction, Readonly<Record<UserRole, 'any' | 'own' | 'none'>>>> = {
  list: { admin: 'any', aluno: 'none' },
  read: { admin: 'any', aluno: 'own' },
  create: { admin: 'any', aluno: 'none' },
  rename: { admin: 'any', aluno: 'own' },
  password: { admin: 'any', aluno: 'own' },
  role: { admin: 'any', aluno: 'none' },
  remove: { admin: 'any', aluno: 'none' },
}

/** @param own whether the account is that of the user who asks */
export function may(role: UserRole, action: UserAction, own: boolean): boolean {
  const whose = TABLE[action][role]
  return whose === 'any' || (whose === 'own' && own)
}
