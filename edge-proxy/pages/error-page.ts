/**
 * The edge's errors as pages, for browsers. The sentences are those of the page itself, so that an error reads the same in both.
 *
 * Read beside: ../answerers.ts (where it plugs in), ../public/explain.js and texts.js (the sentences), #shared/page-layout.ts,
 *   RFC 9110 §12.5.1 (Accept)
 * Pure: a response in, another form of it out.
 */
import { type Html, html } from '#shared/html.ts'
import { negotiate } from '#shared/negotiate.ts'
import { both, layout } from '#shared/page-layout.ts'
import { PROBLEM_TYPE, type Problem } from '#shared/problem.ts'
import type { ErrorPresenter } from '../answerers.ts'
import type { LocalResponse } from '../downstream/local-response.ts'
import { FAILURES } from '../failures.ts'
import { valuesOf } from '../http1/fields.ts'
import { explain, explainOff } from '../public/explain.js'
import { parseUnavailable } from '../public/hops.js'
import { machineCommand } from '../public/page-address.js'
import { format, type TextName } from '../public/texts.js'
import { DOCUMENT_FIELDS, FILE_FIELDS } from '../static/security-fields.ts'

/** @param address of the edge, which says whether the commands are those of npm or of Docker Compose */
export function errorPages(address: string): ErrorPresenter {
  return ({ head, id }, response, { name }, unavailable) => {
    const accept = valuesOf(head.fields, 'accept')
    const offered = [PROBLEM_TYPE, 'application/json', 'text/html'] as const
    const type = negotiate(accept.length === 0 ? undefined : accept.join(','), offered)
    if (type !== 'text/html' || response.problem === undefined) return undefined
    const page = pageOf(response.problem, { edge: name, requestId: id, unavailable, address, fields: response.fields })
    return { ...response, fields: pageFields(response.fields), body: Buffer.from(page) }
  }
}

interface PageContext {
  readonly edge: string
  readonly requestId: string
  readonly unavailable: string | undefined
  readonly address: string
  readonly fields: LocalResponse['fields']
}

function pageOf(problem: Problem, { edge, requestId, unavailable, address, fields }: PageContext): string {
  const { status } = problem
  const explained = explain({ failure: null, status, servedBy: { frontend: edge }, path: '', body: problem })
  const wait = fields.find(([name]) => name === 'Retry-After')?.[1]
  const values = { status, frontend: edge, machine: edge, wait: wait === undefined ? '…' : `${wait} s` }
  return layout(
    `Erro ${status}`,
    html`<section class="card account" aria-labelledby="trouble-title">
        <p class="eyebrow">${both('Resposta de', 'Response from')} <span class="frontend-name">${edge}</span></p>
        <h1 id="trouble-title">${both(`Erro ${status}`, `Error ${status}`)}</h1>
        <p class="trouble" role="alert">${inBoth(explained?.text ?? 'trouble400', values)}</p>
        ${problem.failure === 'not-running' ? startingCommand(problem) : undefined}
        ${status >= 502 && status <= 504 ? machinesOff(unavailable, address) : undefined}
        ${status >= 500 ? logEntry(requestId) : undefined}
        <p><a href="/">${both('Voltar à página inicial', 'Back to the start page')}</a></p>
      </section>`,
  )
}

/** The command is what follows the sentence of the failure. */
function startingCommand({ detail = '' }: Problem): Html {
  return html`<pre><code>${detail.slice(`${FAILURES['not-running'].why}: `.length)}</code></pre>`
}

/** The backends that get no requests, each with the command that starts it. */
function machinesOff(unavailable: string | undefined, address: string): Html | undefined {
  if (unavailable === undefined) return undefined
  const rows = [...parseUnavailable(unavailable)].map(([name, why]) => {
    const { text, action } = explainOff(why)
    const command = action && machineCommand({ hostname: address, port: '' }, action, name)
    return html`<li><b class="backend-name">${name}</b> ${inBoth(text)}${command ? html`<pre><code>${command}</code></pre>` : undefined}</li>`
  })
  return rows.length === 0 ? undefined : html`<div class="off"><ul>${rows}</ul></div>`
}

function logEntry(requestId: string): Html {
  return html`<p class="hint">${inBoth('requestId')} <code>${requestId}</code></p>`
}

/** A text of the page in both languages. */
function inBoth(name: TextName, values: Readonly<Record<string, string | number>> = {}): Html {
  return both(format('pt-BR', name, values), format('en', name, values))
}

/** The fields of the problem document, with the type and the security fields of a page. */
function pageFields(fields: LocalResponse['fields']): LocalResponse['fields'] {
  const kept = fields.filter(([name]) => name !== 'Content-Type')
  return [['Content-Type', 'text/html; charset=utf-8'], ...kept, ...FILE_FIELDS, ...DOCUMENT_FIELDS]
}
