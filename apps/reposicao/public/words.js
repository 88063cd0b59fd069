/**
 * What the page says while it runs, in Portuguese with English beside it. Texts that never change are in index.html.
 *
 * Read beside: app.js
 * Pure: names and values in, sentences out.
 */

export const WORDS = {
  title: [
    'reposicao.meutrabalho.com.br · tickets de reposição',
    'reposicao.meutrabalho.com.br · replenishment tickets',
  ],
  ward: ['Ala', 'Ward'],
  pharmacy: ['Farmácia', 'Pharmacy'],
  liveOn: ['ao vivo', 'live'],
  liveOff: ['reconectando…', 'connecting again…'],
  accepted: ['Aceito por {by}: o ticket está na fila.', 'Accepted by {by}: the ticket is in the queue.'],
  changed: ['{item}: {estado}', '{item}: {estado}'],
  'na-fila': ['na fila, esperando o gravador', 'in the queue, waiting for the writer'],
  aberto: ['aberto: está no MySQL', 'open: it is in MySQL'],
  'em-separacao': ['em separação', 'being prepared'],
  entregue: ['entregue', 'delivered'],
  cancelado: ['cancelado', 'cancelled'],
  apagado: ['apagado', 'deleted'],
  baixa: ['baixa', 'low'],
  normal: ['normal', 'normal'],
  media: ['média', 'medium'],
  alta: ['alta', 'high'],
  urgente: ['urgente', 'urgent'],
  'do-em-separacao': ['Separar', 'Prepare'],
  'do-entregue': ['Entregar', 'Deliver'],
  'do-cancelado': ['Cancelar', 'Cancel'],
  'do-delete': ['Apagar', 'Delete'],
  about: [
    '{quantidade} × · setor {setor} · urgência {urgencia} · {username}',
    '{quantidade} × · ward {setor} · urgency {urgencia} · {username}',
  ],
  step: ['{em} {estado} ({por})', '{em} {estado} ({por})'],
  signInFailed: ['O login não deu certo ({why}). Tente de novo.', 'The log-in failed ({why}). Try again.'],
  signedOut: ['O token acabou. Entre de novo.', 'The token has ended. Log in again.'],
  refused: ['O servidor recusou: {detail}', 'The server refused: {detail}'],
  off: [
    'O servidor não respondeu ({why}). Se a aplicação está desligada: npm run lab -- start reposicao',
    'The server did not answer ({why}). If the application is not running: npm run lab -- start reposicao',
  ],
}

/** @typedef {keyof typeof WORDS} Word */

/**
 * @param {'pt-BR' | 'en'} language
 * @param {Word} name
 * @param {Readonly<Record<string, string | number>>} [values] what is put in place of `{name}`
 */
export function say(language, name, values = {}) {
  const text = WORDS[name][language === 'en' ? 1 : 0] ?? ''
  return text.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole))
}

/** @param {string} name @returns {name is Word} */
export function isWord(name) {
  return Object.hasOwn(WORDS, name)
}
