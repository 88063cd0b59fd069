/**
 * What the page says while it runs, in Portuguese with English beside it. Texts that never change are in index.html.
 *
 * Read beside: say.js (which fills values in)
 * Pure: a table.
 */

export const WORDS = {
  title: [
    'reposicao.meutrabalho.com.br · tickets de reposição',
    'reposicao.meutrabalho.com.br · replenishment tickets',
  ],
  ward: ['Setor', 'Ward'],
  pharmacy: ['Farmácia', 'Pharmacy'],
  liveOn: ['ao vivo', 'live'],
  liveOff: ['reconectando…', 'connecting again…'],
  accepted: ['Aceito por {by}: o ticket está na fila.', 'Accepted by {by}: the ticket is in the queue.'],
  empty: [
    'Ainda não há tickets. Envie um em “Pedir remédio”: ele aparece aqui na hora.',
    'There are no tickets yet. Send one under “Ask for medicine”: it appears here at once.',
  ],
  notLoaded: [
    'A lista ainda não chegou. Esta página tenta de novo a cada 2 segundos.',
    'The list has not arrived yet. This page tries again every 2 seconds.',
  ],
  'na-fila': ['na fila', 'in the queue'],
  aberto: ['aberto', 'open'],
  // The state of a ticket now. The other states have the names above and below.
  'now-na-fila': ['na fila, esperando o gravador', 'in the queue, waiting for the writer (gravador)'],
  'now-aberto': ['aberto: está no MySQL', 'open: it is in MySQL'],
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
    'quantidade {quantidade} · setor {setor} · urgência {urgencia} · de {username}',
    'quantity {quantidade} · ward {setor} · urgency {urgencia} · from {username}',
  ],
  step: ['{em} {estado} ({por})', '{em} {estado} ({por})'],
  signInFailed: [
    'O servidor de autenticação recusou o login (`{why}`). Tente de novo.',
    'The auth server refused the log-in (`{why}`). Try again.',
  ],
  'signInFailed-state': [
    'O login não deu certo: a resposta não é da tentativa feita nesta aba (`state` diferente). Tente de novo.',
    'The log-in failed: the response does not belong to the attempt of this tab (different `state`). Try again.',
  ],
  'signInFailed-iss': [
    'O login não deu certo: a resposta veio de outro servidor (`iss` diferente). Tente de novo.',
    'The log-in failed: the response came from another server (different `iss`). Try again.',
  ],
  'signInFailed-code': [
    'O login não deu certo: o código de uso único expirou ou já foi usado. Tente de novo.',
    'The log-in failed: the one-time code has expired or was used before. Try again.',
  ],
  signedOut: ['O token expirou. Entre de novo.', 'The token has expired. Log in again.'],
  changedMeanwhile: [
    'Este ticket mudou antes do seu clique. Veja o estado atual.',
    'This ticket changed before your click. See its state now.',
  ],
  notAllowed: ['O seu papel não permite isso.', 'Your role does not allow this.'],
  refused: [
    'O servidor não aceitou a requisição (status {status}).',
    'The server did not accept the request (status {status}).',
  ],
  off: [
    'O servidor não respondeu. Tente de novo. Se a aplicação estiver desligada: `npm run lab -- start reposicao`',
    'The server did not answer. Try again. If the application is not running: `npm run lab -- start reposicao`',
  ],
  unavailable: [
    'A aplicação não pode atender agora (status {status}): falta um servidor, o Redis ou o MySQL. Tente de novo, ou veja o que está desligado: `npm run lab -- status`',
    'The application cannot answer now (status {status}): a server, Redis or MySQL is missing. Try again, or see what is off: `npm run lab -- status`',
  ],
}

/** @typedef {keyof typeof WORDS} Word */

/** @param {string} name @returns {name is Word} */
export function isWord(name) {
  return Object.hasOwn(WORDS, name)
}
