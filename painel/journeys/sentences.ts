/**
 * The sentence of each kind of event, in Portuguese and in English: what happened, and why.
 *
 * Read beside: hops.ts, shared/event-kinds.ts, docs/glossary.md (the words)
 * Pure: details in, words out.
 */
import type { EventKind, EventKinds, FaultEvent } from '#shared/event-kinds.ts'
import type { ExerciseMark } from '#shared/exercise-mark.ts'
import type {} from '../../apps/cadastro/sign-up-events.ts'
import { failurePt, pickSentence } from './edge-words.ts'

export type Sentence<Kind extends EventKind> = (
  detail: EventKinds[Kind],
  component: string,
) => readonly [portuguese: string, english: string]

export const SENTENCES: { readonly [Kind in EventKind]?: Sentence<Kind> } = {
  'client.lookup': ({ name, type, source, server, addresses, outcome }) => {
    const result = addresses.join(', ') || outcome.toUpperCase()
    return source === 'cache'
      ? [
          `${name} ${type}: resposta do cache do cliente (${result}); nenhuma consulta foi enviada.`,
          `${name} ${type}: answered from the client's cache (${result}); no query was sent.`,
        ]
      : [`${name} ${type}: ${server} respondeu ${result}.`, `${name} ${type}: ${server} answered ${result}.`]
  },
  'client.address': ({ address, candidates, connection }) =>
    connection === 'reused'
      ? [`Conexão já aberta com ${address} (keep-alive).`, `Connection to ${address} already open (keep-alive).`]
      : [
          `Endereço escolhido: ${address}, de ${candidates.join(', ')}.`,
          `Address chosen: ${address}, out of ${candidates.join(', ')}.`,
        ],
  'client.connected': ({ address, port, localPort }) => [
    `Conexão TCP da porta ${localPort} para ${address}:${port}.`,
    `TCP connection from port ${localPort} to ${address}:${port}.`,
  ],
  'client.failure': ({ address, why, step }) => [
    `Tentativa em ${address} falhou: ${why}. ${STEP_PT[step]}`,
    `Attempt at ${address} failed: ${why}. ${STEP_EN[step]}`,
  ],
  'client.response': ({ status, frontend, backend }) => [
    `Resposta ${status} de ${frontend}${backend === undefined ? '' : `, ${backend}`}.`,
    `Response ${status} from ${frontend}${backend === undefined ? '' : `, ${backend}`}.`,
  ],
  'dns.query': ({ name, type, rcode, order, why }, component) => {
    const [first] = order ?? []
    const records = first === undefined ? '' : `: ${first.records.join(', ')}`
    const portuguese = first === undefined ? '' : ` (ordem ${first.policy})`
    const english = first === undefined ? '' : ` (order ${first.policy}: ${first.why})`
    return [
      `${component} respondeu ${name ?? '?'} ${type ?? ''} com ${rcode ?? why ?? 'nada'}${records}${portuguese}.`,
      `${component} answered ${name ?? '?'} ${type ?? ''} with ${rcode ?? why ?? 'nothing'}${records}${english}.`,
    ]
  },
  'edge.received': ({ method, target }, component) => [
    `${component} leu o cabeçalho de ${method} ${target}.`,
    `${component} read the head of ${method} ${target}.`,
  ],
  'edge.pick': pickSentence,
  'edge.connected': ({ backend, connection }) =>
    connection === 'new'
      ? [`Conexão nova com ${backend}.`, `New connection to ${backend}.`]
      : [`Conexão já aberta com ${backend}.`, `Connection to ${backend} already open.`],
  'edge.sent': ({ backend }) => [
    `Cabeçalho encaminhado a ${backend}.`,
    `The request head was forwarded to ${backend}.`,
  ],
  'edge.first-octet': ({ backend, status }) => [
    `${backend} começou a responder: ${status}.`,
    `${backend} began to answer: ${status}.`,
  ],
  'edge.attempt-failed': ({ backend, failure, why }) => [
    `A tentativa em ${backend} falhou: ${failurePt(failure)}.`,
    `The attempt at ${backend} failed: ${why}.`,
  ],
  'edge.request': ({ status }, component) =>
    status === null
      ? [`${component} não recebeu resposta de nenhum backend.`, `${component} got no response from any backend.`]
      : [`${component} entregou a resposta ${status}.`, `${component} delivered the response ${status}.`],
  'edge.fault': faultSentence,
  'backend.fault': faultSentence,
  'edge.local': ({ method, target, status }, component) => [
    `${component} respondeu ${status} a ${method} ${target} sem consultar um backend.`,
    `${component} answered ${method} ${target} with ${status} without a backend.`,
  ],
  'edge.refused': ({ status, rule, why }, component) => [
    `${component} recusou a requisição com ${status}: ela não segue a regra ${rule}.`,
    `${component} refused the request with ${status}: ${why} (${rule}).`,
  ],
  'backend.received': ({ method, path }, component) => [
    `${component} recebeu ${method} ${path}.`,
    `${component} received ${method} ${path}.`,
  ],
  'backend.redis': ({ command, key, replyOctets }) => {
    const sent = `${command}${key === undefined ? '' : ` ${key}`}`
    return replyOctets === undefined
      ? [`Comando no Redis sem resposta: ${sent}.`, `Redis command without a reply: ${sent}.`]
      : [
          `Comando no Redis: ${sent}; resposta de ${replyOctets} byte(s).`,
          `Redis command: ${sent}; reply of ${replyOctets} octet(s).`,
        ]
  },
  'backend.mysql': ({ rows }) =>
    rows === undefined
      ? ['Comando SQL no MySQL falhou.', 'The SQL statement failed.']
      : [`Comando SQL no MySQL: ${rows} linha(s).`, `SQL statement in MySQL: ${rows} row(s).`],
  'backend.request': ({ status }, component) => [
    `${component} respondeu ${status}.`,
    `${component} answered ${status}.`,
  ],
  'queue.published': ({ topic, lane, type }, component) => [
    `${component} colocou a mensagem ${type} no tópico ${topic}, faixa ${lane}.`,
    `${component} put the message ${type} into the topic ${topic}, lane ${lane}.`,
  ],
  'queue.delivered': ({ topic, type, tries, waited }, component) => [
    `${component} recebeu a mensagem ${type} do tópico ${topic}, ${waited} ms depois de criada (tentativa ${tries}).`,
    `${component} received the message ${type} from the topic ${topic}, ${waited} ms after it was made (try ${tries}).`,
  ],
  'queue.handled': ({ type, outcome, reason }, component) => {
    const why = reason === null ? '' : `: ${reason}`
    return [
      `${component} ${OUTCOME_PT[outcome]} a mensagem ${type}${why}.`,
      `${component} ${OUTCOME_EN[outcome]} the message ${type}${why}.`,
    ]
  },
  'cadastro.state': ({ id, state }, component) =>
    state === 'recebido'
      ? [
          `${component} gravou o cadastro ${id} e a mensagem na mesma transação: ele está aceito.`,
          `${component} has stored the sign-up ${id} and its message in one transaction: it is accepted.`,
        ]
      : [
          `${component} pôs o cadastro ${id} na lista de quem administra.`,
          `${component} has put the sign-up ${id} into the list of the admins.`,
        ],
  'cadastro.decided': ({ id, decision, by }) =>
    decision === 'aprovado'
      ? [
          `${by} aprovou o cadastro ${id}: a pessoa está na tabela users.`,
          `${by} approved the sign-up ${id}: the person is in the table users.`,
        ]
      : [
          `${by} recusou o cadastro ${id}: os dados da pessoa foram apagados.`,
          `${by} refused the sign-up ${id}: the data of the person was deleted.`,
        ],
}

const OUTCOME_PT = {
  done: 'terminou de tratar',
  retry: 'vai tentar de novo',
  wait: 'espera a volta de um serviço para tratar',
  dead: 'guardou como carta morta',
} as const
const OUTCOME_EN = {
  done: 'has handled',
  retry: 'will try again',
  wait: 'waits until a service is back to handle',
  dead: 'put among the dead letters',
} as const

/** What is added where a student's function ran in place of ours (`npm start -- --exercise=NN`). Empty without one. */
export function markSentence({
  exercise,
}: {
  readonly exercise?: ExerciseMark
}): readonly [portuguese: string, english: string] {
  if (exercise === undefined) return ['', '']
  const { number, function: name, outcome, why = '' } = exercise
  if (outcome === 'answered') {
    return [
      ` Seu código respondeu aqui: ${name}(), exercício ${number}.`,
      ` Your code answered here: ${name}(), exercise ${number}.`,
    ]
  }
  return [` Seu código falhou aqui: ${name}(), ${why}.`, ` Your code failed here: ${name}(), ${why}.`]
}

/** A request met a fault that was caused on purpose. */
function faultSentence({ fault }: FaultEvent, component: string): readonly [string, string] {
  const { kind, ms, status, octets } = fault
  const [pt, en] = {
    hang: ['a requisição fica sem resposta', 'the request is not answered'],
    slow: [`a resposta atrasa ${ms} ms`, `the answer is ${ms} ms late`],
    refuse: ['a porta está fechada', 'the port is closed'],
    reset: [`a conexão é reiniciada após ${octets} bytes`, `the connection is reset after ${octets} octets`],
    error: [`a resposta é o erro ${status}`, `the answer is the error ${status}`],
    drop: ['a conexão é fechada sem resposta', 'the connection is closed without an answer'],
    crash: ['o processo termina na hora', 'the process ends at once'],
  }[kind] as [string, string]
  return [`Falha causada em ${component}: ${pt}.`, `Fault caused in ${component}: ${en}.`]
}

const STEP_PT = {
  again: 'Nova tentativa, em outra conexão.',
  'next-address': 'Próximo endereço.',
  'give-up': 'Sem nova tentativa.',
}
const STEP_EN = {
  again: 'Another attempt, on another connection.',
  'next-address': 'Next address.',
  'give-up': 'No further attempt.',
}
