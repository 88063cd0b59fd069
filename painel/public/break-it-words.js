/**
 * The words of "Break it", in Portuguese and in English.
 *
 * Touches the world: reads the chosen language from the document.
 */
import { sayIn } from './fill.js'
import { language } from './language.js'

const WORDS = {
  stop: ['Desligar um componente (kill -9)', 'Stop a component (kill -9)'],
  start: ['Ligar um componente', 'Start a component'],
  pause: ['Pausar um componente (SIGSTOP)', 'Pause a component (SIGSTOP)'],
  resume: ['Continuar um componente pausado', 'Resume a paused component'],
  fault: ['Causar uma falha em um componente', 'Cause a fault in a component'],
  record: ['Remover da zona o registro A de www de um frontend', 'Remove the A record of www of one frontend'],
  order: ['Mudar o rodízio no DNS', 'Change the rotation in DNS'],
  health: ['Saúde no DNS: enviar também endereços fora do ar', 'Health in DNS: send addresses that are down too'],
  sessions: ['Onde ficam as sessões', 'Where sessions are kept'],
  balance: ['Como o frontend escolhe o backend', 'How a frontend chooses the backend'],
  hang: ['não responde, conexão aberta (hang)', 'no answer, connection open (hang)'],
  slow: ['responde com atraso (slow)', 'answers late (slow)'],
  refuse: ['porta fechada (refuse)', 'port closed (refuse)'],
  reset: ['conexão reiniciada no meio (reset)', 'connection reset in the middle (reset)'],
  error: ['responde com um erro (error)', 'answers with an error (error)'],
  drop: ['fecha sem responder (drop)', 'closes without an answer (drop)'],
  crash: ['o processo termina (crash)', 'the process ends (crash)'],
  random: ['sorteado', 'random'],
  fixed: ['ordem fixa', 'fixed order'],
  'query-id': ['pelo ID da consulta', 'by the query ID'],
  cyclic: ['em rodízio (padrão)', 'rotating (default)'],
  off: ['desligada', 'off'],
  on: ['ligada (padrão)', 'on (default)'],
  memory: ['na memória de cada backend', 'in the memory of each backend'],
  redis: ['no Redis (padrão)', 'in Redis (default)'],
  sticky: ['sempre o mesmo para cada navegador (sticky)', 'always the same for one browser (sticky)'],
  'least-connections': ['o menos ocupado', 'least connections'],
  'round-robin': ['em rodízio (padrão)', 'round robin (default)'],
  amountMs: ['atraso, em ms', 'delay in ms'],
  amountStatus: ['status, de 400 a 599', 'status, 400 to 599'],
  amountRcode: ['rcode', 'rcode'],
  amountOctets: ['depois de quantos bytes', 'after how many octets'],
  path: ['só para o caminho (vazio: todos)', 'only for the path (empty: all)'],
  name: ['só para o nome (vazio: todos)', 'only for the name (empty: all)'],
  none: ['nenhuma', 'none'],
  few: ['poucas (até 10 %)', 'few (up to 10 %)'],
  part: ['uma parte (até 70 %)', 'a part (up to 70 %)'],
  most: ['quase todas', 'most of them'],
  noneFits: ['nenhum componente está nesse estado', 'no component is in that state'],
  stopped: ['desligado', 'stopped'],
  died: ['morreu', 'died'],
  paused: ['pausado', 'paused'],
  healthOff: ['endereços fora do ar também são enviados', 'addresses that are down are sent too'],
  done: ['O que foi feito', 'What was done'],
  running: [
    '{rate} requisições por segundo, uma antes e {seconds} s depois da mudança…',
    '{rate} requests a second, for 1 s before and {seconds} s after the change…',
  ],
  expected: ['Você esperava que falhassem', 'You expected to fail'],
  observed: ['Falharam', 'Failed'],
  asExpected: ['Como você esperava.', 'As you expected.'],
  otherwise: ['Diferente do que você esperava. Por quê?', 'Different from what you expected. Why?'],
  of: ['{failed} de {count}', '{failed} of {count}'],
  slowest: ['Resposta mais lenta', 'Slowest answer'],
  noAnswer: ['nenhuma resposta 200', 'no answer with 200'],
  retried: ['Usaram um segundo endereço', 'Used a second address'],
  noticed: ['Percebido', 'Noticed'],
  noticedBy: ['depois de {time}, por {by} ({why})', 'after {time}, by {by} ({why})'],
  notNoticed: ['nenhuma verificação de saúde mudou de estado', 'no health check changed its state'],
  recovered: ['Recuperado', 'Recovered'],
  recoveredAfter: ['depois de {time}', 'after {time}'],
  nothingFailed: ['nada falhou', 'nothing failed'],
  notRecovered: ['não durante a observação', 'not during the observation'],
  requests: ['Requisições', 'Requests'],
  strip: [
    'Cada sinal é uma requisição, na ordem: ● respondida, ◆ respondida por um segundo endereço, ✕ falhou. A barra marca a mudança.',
    'Each sign is a request, in order: ● answered, ◆ answered by a second address, ✕ failed. The bar marks the change.',
  ],
  sawUp: ['{time}: {by} viu {about} no ar ({why})', '{time}: {by} found {about} up ({why})'],
  sawDown: ['{time}: {by} viu {about} fora do ar ({why})', '{time}: {by} found {about} down ({why})'],
  changes: ['Mudado agora: {list}', 'Changed now: {list}'],
  noChanges: ['Tudo está como no início.', 'Everything is as at the start.'],
  restoring: ['Colocando tudo de volta…', 'Putting everything back…'],
  restored: [
    'Tudo de volta: falhas encerradas, processos ligados, opções no padrão.',
    'Everything is back: faults ended, processes running, switches at their defaults.',
  ],
  onlyLooks: [
    'Este painel só mostra (LAB_FAULTS=0): nada pode ser quebrado daqui.',
    'This painel only shows (LAB_FAULTS=0): nothing can be broken from here.',
  ],
  compose: [
    'No Docker Compose, desligar, ligar, pausar e mudar a zona são feitos no terminal: docker compose kill backend2, start, pause, unpause. As falhas e as outras opções funcionam daqui.',
    'Under Docker Compose, stop, start, pause and changes of the zone are made in a terminal: docker compose kill backend2, start, pause, unpause. Faults and the other switches work from here.',
  ],
}

/** @typedef {keyof typeof WORDS} BreakItWord */

const inLanguage = sayIn(WORDS)

/**
 * @param {BreakItWord} word
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function tell(word, values) {
  return inLanguage(language(), word, values)
}

/** The word, if there is one; otherwise the text itself. @param {string} text */
export function tellOr(text) {
  return text in WORDS ? tell(/** @type {BreakItWord} */ (text)) : text
}
