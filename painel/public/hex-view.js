/**
 * Octets in hexadecimal beside the tree of their fields. Pointing at one marks the other, both ways; for a compression pointer, the octets
 * to which it points are marked too.
 *
 * Read beside: packet-view.js, painel/packets/dns-fields.ts
 * Touches the world: the document.
 */
import { createElement } from './dom.js'
import { say } from './words.js'

/**
 * @typedef {object} ShownField
 * @property {number} depth
 * @property {number} start
 * @property {number} end
 * @property {readonly [number, number]} [target]
 * @property {(Node | string)[]} content
 * @property {string} [className]
 */

const ROW = 16

/**
 * @param {string} hex
 * @param {readonly ShownField[]} fields
 * @param {string} name what the octets are, for screen readers
 */
export function hexView(hex, fields, name) {
  const octets = hex.match(/../g) ?? []
  const cells = octets.map((octet, at) => {
    const cell = createElement('span', 'octet', octet)
    cell.dataset.at = String(at)
    return cell
  })
  const grid = createElement('div', 'hex', ...rowsOf(cells, octets))
  grid.tabIndex = 0
  grid.setAttribute('role', 'group')
  grid.setAttribute('aria-label', `${name}: ${say('hexHint')}`)
  const rows = fields.map(({ depth, content, className = '' }) => {
    const row = createElement('li', `tree-row depth-${depth} ${className}`, ...content)
    row.tabIndex = -1
    return row
  })
  const tree = createElement('ul', 'tree', ...rows)
  tree.setAttribute('aria-label', name)
  const first = rows[0]
  if (first) first.tabIndex = 0
  const box = createElement('div', 'octets', grid, tree)

  /** @param {number} index of a field; -1 marks nothing */
  const mark = index => {
    const field = fields[index]
    for (const [at, cell] of cells.entries()) {
      cell.classList.toggle('marked', field !== undefined && at >= field.start && at < field.end)
      const target = field?.target
      cell.classList.toggle('target', target !== undefined && at >= target[0] && at < target[1])
    }
    for (const [at, row] of rows.entries()) row.classList.toggle('marked', at === index)
  }
  /** The smallest field that has the octet. @param {number} at */
  const fieldAt = at => {
    let best = -1
    for (const [index, { start, end }] of fields.entries()) {
      if (at < start || at >= end) continue
      const known = fields[best]
      if (known === undefined || end - start <= known.end - known.start) best = index
    }
    return best
  }

  grid.addEventListener('pointerover', event => {
    const at = octetOf(event.target)
    if (at !== undefined) {
      const index = fieldAt(at)
      mark(index)
      scrollWithin(tree, rows[index])
    }
  })
  let cursor = 0
  grid.addEventListener('keydown', event => {
    const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW }[event.key]
    if (move === undefined) return
    event.preventDefault()
    cursor = Math.max(0, Math.min(cells.length - 1, cursor + move))
    for (const [at, cell] of cells.entries()) cell.classList.toggle('cursor', at === cursor)
    const index = fieldAt(cursor)
    mark(index)
    scrollWithin(tree, rows[index])
  })
  for (const [index, row] of rows.entries()) {
    row.addEventListener('pointerover', () => mark(index))
    row.addEventListener('focus', () => mark(index))
    row.addEventListener('keydown', event => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      const next = step === undefined ? undefined : rows[index + step]
      if (next === undefined) return
      event.preventDefault()
      row.tabIndex = -1
      next.tabIndex = 0
      next.focus()
    })
  }
  return box
}

/** Sixteen octets in a row, after their offset and before their characters. @param {readonly HTMLElement[]} cells @param {readonly string[]} octets */
function rowsOf(cells, octets) {
  /** @type {HTMLElement[]} */
  const rows = []
  for (let at = 0; at < cells.length; at += ROW) {
    const characters = octets
      .slice(at, at + ROW)
      .map(printable)
      .join('')
    rows.push(
      createElement(
        'div',
        'hex-row',
        createElement('span', 'offset', at.toString(16).padStart(4, '0')),
        createElement('span', 'octet-cells', ...cells.slice(at, at + ROW)),
        createElement('span', 'characters', characters),
      ),
    )
  }
  return rows
}

/** @param {string} octet */
function printable(octet) {
  const code = Number.parseInt(octet, 16)
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·'
}

/** @param {EventTarget | null} target */
function octetOf(target) {
  const at = target instanceof HTMLElement ? target.dataset.at : undefined
  return at === undefined ? undefined : Number(at)
}

/** @param {HTMLElement} list @param {HTMLElement | undefined} row */
function scrollWithin(list, row) {
  if (row === undefined) return
  if (row.offsetTop < list.scrollTop || row.offsetTop + row.offsetHeight > list.scrollTop + list.clientHeight) {
    list.scrollTop = row.offsetTop - list.clientHeight / 3
  }
}
