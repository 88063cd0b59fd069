/**
 * A sign-up and its states.
 *
 *     recebido ──► em-analise ──► aprovado
 *                       └───────► recusado
 *
 * Read beside: sign-ups.ts (the rows), README.md ("Life of a message")
 * Pure: values in, a verdict out.
 */

export type SignUpState = 'recebido' | 'em-analise' | 'aprovado' | 'recusado'

export type Decision = 'aprovado' | 'recusado'

export interface HistoryEntry {
  readonly state: SignUpState
  readonly at: Date
  /** A host of the map, or the user name of the admin who decided. */
  readonly actor: string
}

/** A sign-up as its person may see it: without personal data. */
export interface SignUp {
  readonly id: string
  readonly state: SignUpState
  readonly history: readonly HistoryEntry[]
}

/** What a person sends; the password is hashed already. */
export interface NewSignUp {
  readonly username: string
  readonly name: string
  /** Lower-case. */
  readonly email: string
  /** A PHC string. */
  readonly password: string
}

/**
 * What a decision does in each state: `decide` it now, `repeated` (nothing, and that is not an error), or why it is refused.
 */
export function ruleOn(state: SignUpState, wanted: Decision): 'decide' | 'repeated' | { readonly refused: string } {
  if (state === wanted) return 'repeated'
  if (state === 'em-analise') return 'decide'
  if (state === 'recebido') return { refused: 'this sign-up is not in review yet: it waits in a queue (GET /filas)' }
  return { refused: `this sign-up is ${state} already, and a decision cannot be changed` }
}
