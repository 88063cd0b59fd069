/**
 * Full-text search over the names and e-mail addresses of sign-ups: a FULLTEXT index of InnoDB, in MySQL and in MariaDB.
 *
 * Read beside: migrations/004-search.sql; MySQL Reference Manual, "Boolean Full-Text Searches", "Full-Text Stopwords"
 * Touches the world: MySQL.
 */
import type { MySql, Statements } from '../../backend/mysql/mysql.ts'
import type { Trace } from '../../backend/trace.ts'
import type { SignUpState } from './sign-up.ts'

export interface FoundSignUp {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly state: SignUpState
}

/** Of one search. */
const MOST_FOUND = 50

/** `innodb_ft_min_token_size`: shorter words are not in the index. */
const SHORTEST_WORD = 3

/** The default stop words of InnoDB (INFORMATION_SCHEMA.INNODB_FT_DEFAULT_STOPWORD), as far as they have three letters: not in the index. */
const STOP_WORDS = new Set(
  'about are com for from how that the this was what when where who will with und www'.split(' '),
)

/**
 * The expression for `MATCH … AGAINST (… IN BOOLEAN MODE)`: every word must occur, and may be the beginning of a longer one. Operators in the
 * text have no effect, because only letters and digits are kept. Undefined when no word is left that the index could have.
 */
export function searchExpression(text: string): string | undefined {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}_]+/u)
    .filter(word => [...word].length >= SHORTEST_WORD && !STOP_WORDS.has(word))
  return words.length === 0 ? undefined : words.map(word => `+${word}*`).join(' ')
}

/** Repeating is harmless. */
export async function indexSignUp(statements: Statements, id: string, name: string, email: string): Promise<void> {
  await statements.change(
    `INSERT INTO cadastro_search (signup_id, name, email) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE signup_id = cadastro_search.signup_id`,
    [id, name, email],
  )
}

/** The best matches first, at most {@link MOST_FOUND}. @param expression from {@link searchExpression} */
export async function searchSignUps(mysql: MySql, trace: Trace, expression: string): Promise<FoundSignUp[]> {
  return mysql.rows<FoundSignUp>(
    trace,
    `SELECT signups.id, found.name, found.email, signups.state
     FROM cadastro_search AS found JOIN cadastro_signups AS signups ON signups.id = found.signup_id
     WHERE MATCH (found.name, found.email) AGAINST (? IN BOOLEAN MODE)
     ORDER BY MATCH (found.name, found.email) AGAINST (? IN BOOLEAN MODE) DESC, found.name LIMIT ?`,
    [expression, expression, String(MOST_FOUND)],
  )
}
