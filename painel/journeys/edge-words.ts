/**
 * The edge proxy's choices and failures in words.
 *
 * Read beside: edge-proxy/failures.ts (the table of failures), edge-proxy/balance/balancer.ts (`explainChoice`), sentences.ts
 * Pure: values in, words out.
 */
import type { EventKinds, SkippedBackend } from '#shared/event-kinds.ts'

/** What each entry of the table of failures means, in Portuguese. */
const FAILURES_PT: Readonly<Record<string, string>> = {
  'client-gone': 'o cliente fechou a conexão antes do fim da resposta',
  'no-backend': 'nenhum backend está disponível',
  'not-running': 'esta aplicação não está ligada',
  exhausted: 'o frontend não tem mais sockets para conexões com backends',
  refused: 'a conexão com o backend falhou',
  'connect-timeout': 'o backend não aceitou a conexão a tempo',
  'write-timeout': 'o backend não leu a requisição a tempo',
  'first-byte-timeout': 'o backend não começou a responder a tempo',
  'response-timeout': 'o backend parou no meio da resposta',
  'total-timeout': 'a requisição passou do tempo máximo',
  'closed-early': 'o backend fechou a conexão sem responder',
  'gateway-status': 'o backend respondeu com um erro de gateway',
  truncated: 'o backend fechou a conexão no meio da resposta',
  'bad-response': 'a resposta do backend não é HTTP válido',
}

/** @param failure an entry of the table of failures; one that has no Portuguese words is returned as it is */
export function failurePt(failure: string): string {
  return FAILURES_PT[failure] ?? failure
}

/** What decided, in both languages. A word that is not here is not explained. */
const DECIDED_BY: Readonly<Record<string, readonly [string, string]>> = {
  'round-robin': ['era o próximo do rodízio', 'it was next in the rotation'],
  'least-connections': ['tinha menos requisições em andamento', 'it had the fewest requests under way'],
  sticky: ['era o próximo, e o cookie o mantém', 'it was next, and a cookie keeps it'],
  cookie: ['é o do cookie do navegador', "it is the one of the browser's cookie"],
}

/** Why a backend was passed over, in both languages: `3 verificações falharam, nova tentativa em 4 s`. */
function skippedWords({ cause, checks, seconds }: SkippedBackend): readonly [string, string] {
  const [again, againEn] =
    seconds === undefined ? ['', ''] : [`, nova tentativa em ${comma(seconds)} s`, `, next try in ${seconds} s`]
  switch (cause) {
    case 'tried':
      return ['já foi tentado', 'tried already']
    case 'drain':
      return ['não recebe requisições novas', 'set to drain']
    case 'maintenance':
      return ['em manutenção', 'in maintenance']
    case 'not-checked':
      return ['ainda não foi verificado', 'not checked yet']
    case 'leaving':
      return ['está sendo desligado', 'is draining']
    case 'banned':
      return [`suspenso, porque requisições falharam${again}`, `banned, because requests to it failed${againEn}`]
    case 'failed-checks':
      if (checks === undefined) return [`fora do ar${again}`, `down${againEn}`]
      return checks === 1
        ? [`1 verificação falhou${again}`, `1 failed check${againEn}`]
        : [`${checks} verificações falharam${again}`, `${checks} failed checks${againEn}`]
  }
}

/** Portuguese writes a decimal comma. */
function comma(value: number): string {
  return String(value).replace('.', ',')
}

export function pickSentence(
  { backend, by, skipped = [], reason }: EventKinds['edge.pick'],
  component: string,
): readonly [string, string] {
  const words = skipped.map(one => skippedWords(one))
  const out = skipped.map((one, index) => `; ${one.backend} ficou de fora: ${words[index]?.[0]}`).join('')
  const outEn = skipped.map((one, index) => `; ${one.backend} skipped: ${words[index]?.[1]}`).join('')
  if (backend === null) {
    return [
      `${component} não tem backend para tentar${out}.`,
      `${component}: ${skipped.length === 0 ? (reason ?? 'no backend is left to try') : `no backend is left to try${outEn}`}.`,
    ]
  }
  const [why, whyEn] = DECIDED_BY[by ?? ''] ?? ['', '']
  return [
    `${component} escolheu ${backend}${why && `: ${why}`}${out}.`,
    `${component} chose ${backend}${whyEn && `: ${whyEn}`}${outEn}.`,
  ]
}
