/**
 * The event of this application: a sign-up has reached a state. It belongs to the journey of the request that caused it.
 *
 * Read beside: #shared/event-kinds.ts
 * Pure: types only.
 */
import type { SignUpState } from './sign-up.ts'

declare module '#shared/event-kinds.ts' {
  interface EventKinds {
    'cadastro.state': { readonly id: string; readonly state: SignUpState }
  }
}
