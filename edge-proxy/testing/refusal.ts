/** A pattern for `t.throws`: a FramingError with that status and rule. Pure. */
export function refusal(status: number, rule?: string): { name: string; status: number; rule?: string } {
  return { name: 'FramingError', status, ...(rule === undefined ? {} : { rule }) }
}
