/**
 * The core path in the order in which it is read, and what must not be on it.
 *
 * Read beside: docs/core-path.md (made from this), CONTRIBUTING.md ("The core path stays small")
 * Pure: tables, and a sort.
 */

/** Lines that one query, one page and one login may run: as many as a reader manages in an afternoon. */
export const MOST_LINES = 2_500

/**
 * Work that goes on beside requests: health checks, looks at zone files, look-ups of backends in DNS. Held timers keep most of it out of the
 * measurement; what was already on its way when the measurement began, and what follows from a check that failed then, is left out here.
 */
const BACKGROUND = [
  'edge-proxy/balance/check.ts',
  'edge-proxy/balance/probe.ts',
  'edge-proxy/discovery/',
  'edge-proxy/own-errors.ts',
  'dns-server/health/',
  'dns-server/zone/watch.ts',
  'backend/dependency.ts',
  'backend/routes/status.ts',
  'shared/health.ts',
  'shared/health-probe.ts',
]

/** Whether a file of the repository belongs to work that goes on beside requests. */
export function isBackground(file: string): boolean {
  return BACKGROUND.some(place => (place.endsWith('/') ? file.startsWith(place) : file === place))
}

export interface Stage {
  /** What a reader learns. */
  readonly english: string
  readonly portuguese: string
  /** The files that the READMEs name: where to begin. */
  readonly read: readonly string[]
  /** Files and folders, in the order in which they are read; within a folder by name. */
  readonly places: readonly string[]
}

const STAGES: readonly Stage[] = [
  {
    english: 'a DNS client: write a question, read the answer',
    portuguese: 'um cliente DNS: escrever uma pergunta, ler a resposta',
    read: ['dns-server/dig.ts'],
    places: ['dns-server/dig.ts'],
  },
  {
    english: 'what a DNS message contains',
    portuguese: 'o que há numa mensagem DNS',
    read: ['dns-server/wire/name.ts', 'dns-server/wire/message.ts'],
    places: [
      ...['header', 'name', 'name-text', 'question', 'record', 'message'].map(name => `dns-server/wire/${name}.ts`),
      'dns-server/wire/',
      'dns-server/rdata/',
    ],
  },
  {
    english: 'how an answer is found, and what round robin is',
    portuguese: 'como a resposta é encontrada, e o que é round robin',
    read: ['dns-server/answer/answer.ts', 'dns-server/answer/order.ts'],
    places: [
      'dns-server/server/udp.ts',
      'dns-server/server/handlers.ts',
      'dns-server/server/respond.ts',
      'dns-server/answer/query.ts',
      'dns-server/zone/',
      'dns-server/answer/answer.ts',
      'dns-server/answer/',
      'dns-server/server/',
    ],
  },
  {
    english: 'the fast path: the same answer, copied from a table, while no client is connected to `/events`',
    portuguese:
      'o caminho rápido: a mesma resposta, copiada de uma tabela, enquanto ninguém está conectado a `/events`',
    read: ['dns-server/compiled/fast-path.ts'],
    places: ['dns-server/compiled/fast-path.ts', 'dns-server/compiled/', 'dns-server/'],
  },
  {
    english: 'where one HTTP request ends and the next begins',
    portuguese: 'onde uma requisição HTTP termina e a próxima começa',
    read: ['edge-proxy/http1/request-head.ts', 'edge-proxy/http1/body-framing.ts'],
    places: [
      'edge-proxy/edge.ts',
      'edge-proxy/downstream/client-connection.ts',
      'edge-proxy/downstream/request-reader.ts',
      'edge-proxy/http1/head-collector.ts',
      'edge-proxy/http1/request-head.ts',
      'edge-proxy/http1/body-framing.ts',
      'edge-proxy/http1/',
      'edge-proxy/downstream/',
    ],
  },
  {
    english: 'what the edge proxy answers itself: the page',
    portuguese: 'o que o proxy de borda responde sozinho: a página',
    read: ['edge-proxy/answerers.ts', 'edge-proxy/static/files.ts'],
    places: ['edge-proxy/answerers.ts', 'edge-proxy/static/', 'edge-proxy/limits/'],
  },
  {
    english: 'how a backend is chosen, and what happens when it fails',
    portuguese: 'como um backend é escolhido, e o que acontece quando ele falha',
    read: ['edge-proxy/exchange/exchange.ts', 'edge-proxy/balance/round-robin.ts'],
    places: [
      'edge-proxy/exchange/exchange.ts',
      'edge-proxy/exchange/backend-search.ts',
      'edge-proxy/gateway/',
      'edge-proxy/upstream/cluster.ts',
      'edge-proxy/balance/round-robin.ts',
      'edge-proxy/balance/',
      'edge-proxy/upstream/',
    ],
  },
  {
    english: 'how a request and its response are forwarded',
    portuguese: 'como uma requisição e a sua resposta são encaminhadas',
    read: ['edge-proxy/forwarding/request.ts', 'edge-proxy/forwarding/hop-by-hop.ts'],
    places: [
      'edge-proxy/exchange/request-relay.ts',
      'edge-proxy/forwarding/request.ts',
      'edge-proxy/forwarding/hop-by-hop.ts',
      'edge-proxy/exchange/response-relay.ts',
      'edge-proxy/forwarding/response.ts',
      'edge-proxy/forwarding/',
      'edge-proxy/',
    ],
  },
  {
    english: 'how the backend reads a request and writes a response',
    portuguese: 'como o backend lê uma requisição e escreve uma resposta',
    read: ['backend/http/server.ts', 'backend/http/router.ts'],
    places: ['backend/http/server.ts', 'backend/http/router.ts', 'backend/http/', 'backend/validation/'],
  },
  {
    english: 'the login: a user in MySQL, a password, a session in Redis',
    portuguese: 'o login: um usuário no MySQL, uma senha, uma sessão no Redis',
    read: ['backend/routes/login.ts', 'backend/sessions/sessions.ts'],
    places: [
      'backend/routes/login.ts',
      'backend/throttle/',
      'backend/users/',
      'backend/mysql/',
      'backend/passwords/',
      'backend/sessions/sessions.ts',
      'backend/sessions/',
      'backend/redis/',
    ],
  },
  {
    english: 'the profile: why a login survives the change of machine',
    portuguese: 'o perfil: por que o login sobrevive à troca de máquina',
    read: ['backend/routes/perfil.ts'],
    places: ['backend/routes/', 'backend/'],
  },
  {
    english: 'what all of them share',
    portuguese: 'o que todos compartilham',
    read: ['shared/log.ts', 'shared/events.ts'],
    places: ['shared/'],
  },
]

/** What plugs into the core. None of it runs in an ordinary request. */
const PLUG_INS: readonly string[] = [
  'dns-server/extensions/',
  'dns-server/transfer/',
  'dns-server/health/',
  'dns-server/workers/',
  'edge-proxy/balance/least-connections.ts',
  'edge-proxy/balance/sticky.ts',
  'edge-proxy/limits/token-bucket.ts',
  'edge-proxy/upstream/tunnel.ts',
  'edge-proxy/watch/field-verdicts.ts',
  'edge-proxy/watch/switches.ts',
  'edge-proxy/workers/',
  'backend/openapi/',
  'backend/sessions/memory-store.ts',
  'backend/throttle/memory-counters.ts',
  'backend/throttle/redis-counters.ts',
  'shared/admin.ts',
  'shared/admin-body.ts',
]

export interface StageOnPath extends Stage {
  readonly files: readonly { readonly file: string; readonly lines: number }[]
  readonly lines: number
}

/** The files that ran, in reading order. @throws Error for a file that no stage has a place for */
export function inReadingOrder(path: ReadonlyMap<string, number>): StageOnPath[] {
  const staged = STAGES.map(() => [] as { file: string; lines: number; place: number }[])
  for (const [file, lines] of path) {
    const { stage, place } = placeOf(file)
    staged[stage]?.push({ file, lines, place })
  }
  return STAGES.map((stage, index) => {
    const files = (staged[index] ?? []).sort((a, b) => a.place - b.place || a.file.localeCompare(b.file, 'en'))
    return {
      ...stage,
      files: files.map(({ file, lines }) => ({ file, lines })),
      lines: files.reduce((sum, { lines }) => sum + lines, 0),
    }
  })
}

/** The longest place that the file lies in. */
function placeOf(file: string): { stage: number; place: number } {
  const places = STAGES.flatMap(({ places }, stage) => places.map((text, place) => ({ stage, place, text })))
  const [best] = places
    .filter(({ text }) => file === text || (text.endsWith('/') && file.startsWith(text)))
    .sort((a, b) => b.text.length - a.text.length)
  if (best === undefined)
    throw new Error(`${file} runs in an ordinary request, and test/core-path/stages.ts has no place for it`)
  return best
}

/** Those of the files that are plug-ins. */
export function plugInsAmong(files: Iterable<string>): string[] {
  return [...files].filter(file =>
    PLUG_INS.some(plug => file === plug || (plug.endsWith('/') && file.startsWith(plug))),
  )
}
