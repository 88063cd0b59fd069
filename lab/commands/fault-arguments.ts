/**
 * What `npm run lab -- fault` is asked for, and how faults are printed.
 *
 *     fault backend2 slow 800 --path=/perfil --share=50% --seconds=60
 *     fault ns1 error SERVFAIL --name=www.meutrabalho.com.br
 *
 * Read beside: faults.ts (the command), shared/fault-body.ts (ranges, which the component checks)
 * Pure: words in, a body out; faults in, lines out.
 */
import { FAULT_KINDS, type FaultKind } from '#shared/fault.ts'
import { CommandError } from '../component-status.ts'
import type { ComponentFault } from '../fault-client.ts'

export type FaultRequest =
  | { readonly what: 'list' }
  /** Without a name: of all components. */
  | { readonly what: 'clear'; readonly name: string | undefined }
  | { readonly what: 'cause'; readonly name: string; readonly body: Readonly<Record<string, unknown>> }

const NUMBERS: ReadonlySet<string> = new Set(['ms', 'octets', 'status', 'seconds', 'share'])
const TEXTS: ReadonlySet<string> = new Set(['path', 'name', 'client', 'rcode'])
const OPTIONS = [...NUMBERS, ...TEXTS].join(', ')

/** The member that a bare value after the kind is for: `slow 800`, `drop 20%`, `error 500`, `error SERVFAIL`. */
function memberOf(kind: FaultKind, value: string): string | undefined {
  if (kind === 'slow') return 'ms'
  if (kind === 'reset') return 'octets'
  if (kind === 'drop') return 'share'
  if (kind === 'error') return /^\d/.test(value) ? 'status' : 'rcode'
  return undefined
}

/** @throws CommandError that names the word and what would be right */
export function parseFaultArguments(words: readonly string[]): FaultRequest {
  const [first = '', second, ...rest] = words
  if (first === 'list' && words.length === 1) return { what: 'list' }
  if (first === 'clear' && words.length <= 2) return { what: 'clear', name: second }
  const kind = FAULT_KINDS.find(kind => kind === second)
  if (kind === undefined) {
    const kinds = FAULT_KINDS.join(', ')
    throw wrong(second ?? first, `fault NOME TIPO; tipos: ${kinds}`, `fault NAME KIND; kinds: ${kinds}`)
  }
  const body: Record<string, unknown> = { kind }
  for (const [index, word] of rest.entries()) {
    const [, option, given = ''] = /^(?:--)?([a-z]+)=(.*)$/s.exec(word) ?? []
    const member = option ?? (index === 0 && !word.startsWith('-') ? memberOf(kind, word) : undefined)
    const value = option === undefined ? word : given
    if (member === undefined || value === '')
      throw wrong(word, `--OPÇÃO=VALOR: ${OPTIONS}`, `--OPTION=VALUE: ${OPTIONS}`)
    if (NUMBERS.has(member)) body[member] = numberFrom(value)
    else if (TEXTS.has(member)) body[member] = member === 'rcode' ? value.toUpperCase() : value
    else throw wrong(word, `opções: ${OPTIONS}`, `options: ${OPTIONS}`)
  }
  return { what: 'cause', name: first, body }
}

function wrong(word: string, pt: string, en: string): CommandError {
  return new CommandError(`${JSON.stringify(word)}: use ${pt} · ${en}`)
}

/** `20%` is 0.2. What is not a number is passed on, so that the component's message can show it. */
function numberFrom(text: string): unknown {
  if (/^\d+(\.\d+)?%$/.test(text)) return Number(text.slice(0, -1)) / 100
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** One line for each fault. @param now milliseconds since 1970 */
export function faultLines(faults: readonly ComponentFault[], now: number): string[] {
  if (faults.length === 0) return [' nenhuma falha · no faults']
  return faults.map(({ component, kind, share, path, name, client, ms, octets, status, rcode, until }) => {
    const details = [
      ms === undefined ? '' : `${ms} ms`,
      octets === undefined ? '' : `${octets} bytes`,
      status ?? rcode ?? '',
      path ?? name ?? '',
      client === undefined ? '' : `cliente · client ${client}`,
      share === 1 ? '' : `${Math.round(share * 100)} %`,
      until === undefined ? '' : `mais ${Math.max(0, Math.ceil((until - now) / 1000))} s · more`,
    ].filter(detail => detail !== '')
    return ` ${component.padEnd(12)} ${kind.padEnd(8)} ${details.join('   ')}`.trimEnd()
  })
}
