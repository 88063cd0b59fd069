/**
 * "Explain this": a dialog with an explanation, the file to read, the line of the glossary and the section of the RFC. Files are shown in
 * the page, from the painel's own server.
 *
 * Read beside: explanations.js, painel/routes/source.ts
 * Touches the world: the document, and the painel's server.
 */
import { get } from './api.js'
import { button } from './controls.js'
import { byId, createElement } from './dom.js'
import { EXPLANATIONS } from './explanations.js'
import { rfcUrl } from './field-rules.js'
import { isEnglish, say, sayOr } from './words.js'

const GLOSSARY = 'docs/glossary.md'

/** Every element with `data-explain` becomes a button for it. */
export function watchExplain() {
  for (const place of document.querySelectorAll('[data-explain]')) {
    const key = place.getAttribute('data-explain') ?? ''
    place.append(explainButton(key))
  }
  for (const id of ['explain', 'source']) {
    const dialog = dialogById(id)
    dialog.querySelector('button.close')?.addEventListener('click', () => dialog.close())
    dialog.addEventListener('click', event => event.target === dialog && dialog.close())
  }
}

/** A small button that explains one thing; its name is read aloud. @param {string} key */
export function explainButton(key) {
  const made = button('explain', () => showExplanation(key), '?')
  made.setAttribute('aria-label', `${say('explain')}: ${sayOr(key)}`)
  return made
}

/** @param {string} key of explanations.js */
function showExplanation(key) {
  const dialog = dialogById('explain')
  byId('explain-title').textContent = titleOf(key)
  byId('explain-body').replaceChildren(...explanation(key))
  if (!dialog.open) dialog.showModal()
}

/** @param {string} key */
function titleOf(key) {
  const panel =
    document.querySelector(`h2 [data-explain="${key}"]`)?.parentElement ??
    document.querySelector(`h2[data-explain="${key}"]`)
  const text = panel?.querySelector(isEnglish() ? '[lang="en"]' : '[lang="pt-BR"]')?.textContent
  return text ?? sayOr(key)
}

/** The text and its links. @param {string} key @returns {Node[]} */
export function explanation(key) {
  const found = EXPLANATIONS[key]
  if (found === undefined) return []
  const { pt, en, file, term, rfc = [] } = found
  return [
    createElement('p', '', isEnglish() ? en : pt),
    createElement(
      'p',
      'links',
      button('link', () => void showSource(file), `${say('file')}: ${file}`),
      ...(term === undefined
        ? []
        : [button('link', () => void showSource(GLOSSARY, `| ${term} |`), `${say('glossary')}: ${term}`)]),
      ...rfc.map(rule => rfcLink(rule)),
    ),
  ]
}

/** A section of an RFC as a link; as text where there is no address. @param {string} rule */
export function rfcLink(rule) {
  const url = rfcUrl(rule)
  if (url === undefined) return createElement('span', 'rule', rule)
  const link = /** @type {HTMLAnchorElement} */ (createElement('a', 'rule', rule))
  link.href = url
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
  return link
}

/** Shows a file of the project. @param {string} file @param {string} [marked] the beginning of a line to show first */
export async function showSource(file, marked) {
  const dialog = dialogById('source')
  byId('source-title').textContent = file
  const place = byId('source-text')
  try {
    const { text } = await get(`/api/source?file=${encodeURIComponent(file)}`)
    const lines = String(text)
      .split('\n')
      .map(line =>
        createElement('span', marked !== undefined && line.startsWith(marked) ? 'line marked' : 'line', `${line}\n`),
      )
    place.replaceChildren(...lines)
  } catch {
    place.textContent = say('notThere')
  }
  if (!dialog.open) dialog.showModal()
  const line = /** @type {HTMLElement | null} */ (place.querySelector('.marked'))
  place.scrollTop = line === null ? 0 : line.offsetTop - place.offsetTop - 40
}

/** @param {string} id */
function dialogById(id) {
  return /** @type {HTMLDialogElement} */ (byId(id))
}
