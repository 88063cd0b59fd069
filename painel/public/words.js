/**
 * What the painel says while it runs, in Portuguese and in English. Texts that never change are in index.html.
 *
 * Touches the world: reads the chosen language from the document.
 */

const WORDS = {
  up: ['no ar', 'up'],
  starting: ['iniciando', 'starting'],
  stopped: ['desligado', 'stopped'],
  died: ['morreu', 'died'],
  paused: ['pausado', 'paused'],
  unreachable: ['não responde', 'no answer'],
  stop: ['desligar', 'stop'],
  start: ['ligar', 'start'],
  pause: ['pausar', 'pause'],
  resume: ['continuar', 'resume'],
  seenBy: ['visto por', 'seen by'],
  perSecond: ['req/s', 'req/s'],
  spare: ['reserva', 'spare'],
  sampling: [
    'Muitas requisições: só 1 de cada {n} é acompanhada, em todos os componentes.',
    'Many requests: only 1 out of {n} is followed, in all components.',
  ],
  lost: ['Sem conexão com o painel. Tentando de novo…', 'No connection to the painel. Trying again…'],
  running: ['em andamento', 'under way'],
  failed: ['falhou', 'failed'],
  answered: ['respondida', 'answered'],
  step: ['passo {n} de {total}', 'step {n} of {total}'],
  sending: ['enviando…', 'sending…'],
  share: ['esperado', 'expected'],
  errors: ['sem resposta', 'without a response'],
  retries: ['novas tentativas', 'retries'],
  times: ['metade em até {p50} ms; 99 % em até {p99} ms', 'half within {p50} ms; 99 % within {p99} ms'],
  frontends: ['Frontends', 'Frontends'],
  backends: ['Backends', 'Backends'],
  query: ['Consulta DNS', 'DNS query'],
  answer: ['Resposta DNS', 'DNS answer'],
  received: ['Cabeçalho recebido', 'Head received'],
  sent: ['Cabeçalho enviado', 'Head sent'],
  agree: ['dns2 e o código do laboratório leem o mesmo.', 'dns2 and the code of the lab read the same.'],
  disagree: ['dns2 e o código do laboratório não concordam:', 'dns2 and the code of the lab disagree:'],
  fields: ['O que aconteceu com cada campo', 'What happened to each field'],
  kept: ['mantido', 'kept'],
  added: ['acrescentado', 'added'],
  replaced: ['trocado', 'replaced'],
  removed: ['removido', 'removed'],
  noOctets: ['Este passo não tem bytes próprios.', 'This step has no octets of its own.'],
  details: ['O que o evento diz', 'What the event says'],
  onlyLooks: ['Este painel só mostra (LAB_FAULTS=0).', 'This painel only shows (LAB_FAULTS=0).'],
  confirmReset: [
    'Voltar ao estado inicial? Zonas, usuários e sessões são apagados.',
    'Back to the initial state? Zones, users and sessions are removed.',
  ],
}

/** @typedef {keyof typeof WORDS} Word */

export function isEnglish() {
  return document.documentElement.lang === 'en'
}

/**
 * A text in the chosen language; `{name}` is replaced by the value of that name.
 *
 * @param {Word} word
 * @param {Readonly<Record<string, string | number>>} [values]
 * @returns {string}
 */
export function say(word, values = {}) {
  const text = WORDS[word][isEnglish() ? 1 : 0] ?? ''
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

/** The word, if there is one; otherwise the text itself. @param {string} text */
export function sayOr(text) {
  return text in WORDS ? say(/** @type {Word} */ (text)) : text
}
