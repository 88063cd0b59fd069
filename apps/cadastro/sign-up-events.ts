/**
 * The events of this application. They belong to the journey of the request that signed up, from the 202 to the decision: the row keeps its
 * id, because the decision is another request.
 *
 * Read beside: #shared/event-kinds.ts
 * Pure: types only.
 */
import type { Decision, SignUpState } from './sign-up.ts'

declare module '#shared/event-kinds.ts' {
  interface EventKinds {
    /** A sign-up is accepted, or in review. */
    'cadastro.state': { readonly id: string; readonly state: SignUpState }
    /** An admin has decided. `by`: the user name of the admin. */
    'cadastro.decided': { readonly id: string; readonly decision: Decision; readonly by: string }
  }
}
