/**
 * HTML as a template: every value is escaped, unless it is already HTML. Escaping cannot be forgotten.
 *
 * Read beside: page-layout.ts; OWASP Cross Site Scripting Prevention Cheat Sheet, rule 1 and 2 (element content and quoted attributes)
 * Pure: values in, text out.
 */

/** HTML that is sent as it is. Only {@link html} makes it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Content = string | number | Html | readonly Html[] | undefined

/** `` html`<b>${name}</b>` ``: for element content and for attribute values in double quotes; never inside script or style. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(parts.map((part, index) => (index === 0 ? part : format(values[index - 1]) + part)).join(''))
}

function format(value: Content): string {
  if (value === undefined) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(part => part.text).join('')
  return escapeHtml(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and for attribute values in quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character)
}
