/**
 * The rows of sign-ups, and the SQL that changes them. Each change is one transaction with its history and its message.
 *
 * Read beside: sign-up.ts (the rules), migrations/, search-index.ts
 * Touches the world: MySQL, through the statements of the caller's transaction.
 */
import { randomUUID } from 'node:crypto'
import type { MySql, Statements } from '../../backend/mysql/mysql.ts'
import { Refusal } from '../../backend/refusal.ts'
import type { Trace } from '../../backend/trace.ts'
import { insertUser } from '../../backend/users/users.ts'
import { type Decision, type HistoryEntry, type NewSignUp, ruleOn, type SignUp, type SignUpState } from './sign-up.ts'

/** A row; the person's data is null after the decision. */
export interface SignUpRow {
  readonly id: string
  readonly state: SignUpState
  readonly username: string | null
  readonly name: string | null
  readonly email: string | null
  readonly password: string | null
  readonly createdAt: Date
  /** Of the request that signed up; null in a row from before it was kept. */
  readonly requestId: string | null
}

/**
 * A new row.
 *
 * The row comes before the look at `users`: the unique keys make two sign-ups with one name wait for each other, and a sign-up that is being
 * approved has its name in one of the two tables at every moment.
 *
 * @returns its id. @throws Refusal 409 that names the field when the user name or the e-mail address is taken
 */
export async function insertSignUp(
  statements: Statements,
  { username, name, email, password }: NewSignUp,
  actor: string,
  requestId: string,
): Promise<string> {
  const id = randomUUID()
  const insert = `INSERT INTO cadastro_signups (id, state, username, name, email, password, created_at, request_id)
    VALUES (?, 'recebido', ?, ?, ?, ?, UTC_TIMESTAMP(3), ?)`
  await statements.change(insert, [id, username, name, email, password, requestId]).catch(error => {
    if (error.code !== 'ER_DUP_ENTRY') throw error
    throw taken(/_email\b/.test(error.message) ? 'email' : 'username')
  })
  const users = await statements.rows('SELECT id FROM users WHERE username = ? LOCK IN SHARE MODE', [username])
  if (users.length > 0) throw taken('username')
  const emails = await statements.rows('SELECT email FROM cadastro_emails WHERE email = ? LOCK IN SHARE MODE', [email])
  if (emails.length > 0) throw taken('email')
  await note(statements, id, 'recebido', actor)
  return id
}

/** The row, locked until the end of the transaction. */
export async function lockedSignUp(statements: Statements, id: string): Promise<SignUpRow | undefined> {
  const [row] = await statements.rows<SignUpRow>(
    `SELECT id, state, username, name, email, password, created_at AS createdAt, request_id AS requestId
     FROM cadastro_signups WHERE id = ? FOR UPDATE`,
    [id],
  )
  return row
}

export async function beginReview(statements: Statements, id: string, actor: string): Promise<void> {
  await statements.change("UPDATE cadastro_signups SET state = 'em-analise' WHERE id = ?", [id])
  await note(statements, id, 'em-analise', actor)
}

/**
 * Approves or refuses. Approved: the person becomes a user. In both cases the row keeps only its state.
 *
 * @param admin the user name of the admin
 * @returns whether it was decided now, and the id of the request that signed up. @throws Refusal 404; 409 (not in review, decided otherwise, or the name was taken meanwhile)
 */
export async function decideSignUp(
  statements: Statements,
  id: string,
  decision: Decision,
  admin: string,
): Promise<{ readonly outcome: 'decided' | 'repeated'; readonly requestId: string | null }> {
  const row = await lockedSignUp(statements, id)
  if (row === undefined) throw missing(id)
  const rule = ruleOn(row.state, decision)
  const { requestId } = row
  if (rule === 'repeated') return { outcome: 'repeated', requestId }
  if (rule !== 'decide') throw new Refusal(409, rule.refused)
  if (decision === 'aprovado') await becomeUser(statements, row, admin)
  else await statements.change('DELETE FROM cadastro_search WHERE signup_id = ?', [id])
  await statements.change(
    'UPDATE cadastro_signups SET state = ?, username = NULL, name = NULL, email = NULL, password = NULL WHERE id = ?',
    [decision, id],
  )
  await note(statements, id, decision, admin)
  return { outcome: 'decided', requestId }
}

async function becomeUser(statements: Statements, row: SignUpRow, admin: string): Promise<void> {
  const { id, username, name, email, password } = row
  if (username === null || name === null || email === null || password === null) {
    throw new Error(`the sign-up ${id} is in review, but its data is missing`)
  }
  const userId = await insertUser(statements, admin, { username, name, role: 'aluno', password })
  await statements
    .change('INSERT INTO cadastro_emails (email, user_id) VALUES (?, ?)', [email, userId])
    .catch(error => {
      throw error.code === 'ER_DUP_ENTRY' ? taken('email') : error
    })
  await statements.change('UPDATE cadastro_search SET user_id = ? WHERE signup_id = ?', [userId, id])
}

/** The state and the history, without personal data: the id alone is the permission. @throws Refusal 404; Unavailable */
export async function findSignUp(mysql: MySql, trace: Trace, id: string): Promise<SignUp> {
  const rows = await mysql.rows<HistoryEntry & { current: SignUpState }>(
    trace,
    `SELECT signups.state AS current, history.state, history.at, history.actor
     FROM cadastro_signups AS signups JOIN cadastro_history AS history ON history.signup_id = signups.id
     WHERE signups.id = ? ORDER BY history.at, history.state`,
    [id],
  )
  const [first] = rows
  if (first === undefined) throw missing(id)
  return { id, state: first.current, history: rows.map(({ state, at, actor }) => ({ state, at, actor })) }
}

async function note(statements: Statements, id: string, state: SignUpState, actor: string): Promise<void> {
  await statements.change(
    'INSERT INTO cadastro_history (signup_id, state, at, actor) VALUES (?, ?, UTC_TIMESTAMP(3), ?)',
    [id, state, actor],
  )
}

function missing(id: string): Refusal {
  return new Refusal(404, `there is no sign-up ${id}`)
}

function taken(field: 'username' | 'email'): Refusal {
  const what = field === 'email' ? 'the e-mail address' : 'the user name'
  return new Refusal(409, `${field}: ${what} is taken, by a user or by a sign-up in review`, { members: { field } })
}
