/**
 * Who may do what with users: one table, and nothing about it anywhere else.
 *
 *              admin       aluno
 *   list       all         nobody
 *   read       everybody   oneself
 *   create     yes         no
 *   rename     everybody   oneself
 *   password   everybody   oneself
 *   role       everybody   nobody
 *   remove     everybody   nobody
 *
 * Nobody may remove, or take the role from, the last admin: that is about the data, and users.ts sees to it.
 *
 * Read beside: routes/usuarios.ts (asks), users.ts
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

/** @param own whether it is about the asking user's own account */
export function may(role: UserRole, action: UserAction, own: boolean): boolean {
  const whose = TABLE[action][role]
  return whose === 'any' || (whose === 'own' && own)
}
