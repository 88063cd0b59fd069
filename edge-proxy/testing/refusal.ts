/** What `t.throws` compares a FramingError with. Pure. */
export function refusal(status: number, rule?: string): { name: string; status: number; rule?: string } {
  return { name: 'FramingError', status, ...(rule === undefined ? {} : { rule }) }
}
