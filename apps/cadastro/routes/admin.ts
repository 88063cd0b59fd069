/**
 * The permission for lists, decisions and queues: the role admin.
 *
 * Read beside: decisions.ts, queues.ts, backend/sessions/sessions.ts
 * Touches the world: the session store.
 */
import type { RequestContext } from '../../../backend/http/request-context.ts'
import { Refusal } from '../../../backend/refusal.ts'
import type { Toolkit } from '../../../backend/toolkit.ts'
import type { User } from '../../../backend/users/users.ts'

/** @throws Refusal 401, 403 */
export async function requireAdmin(
  { sessions }: Pick<Toolkit, 'sessions'>,
  { trace, cookies }: Pick<RequestContext, 'trace' | 'cookies'>,
): Promise<User> {
  const { user } = await sessions.require(trace, cookies)
  if (user.role !== 'admin') throw new Refusal(403, `${user.username} (${user.role}) may not do this: admins only`)
  return user
}
