/**
 * What the painel says while it runs, in Portuguese and in English. Texts that never change are in index.html.
 *
 * Read beside: docs/glossary.md (the words)
 * Touches the world: reads the chosen language from the document.
 */
import { sayIn } from './fill.js'
import { language } from './language.js'

const WORDS = {
  // States of a component and of a request
  up: ['no ar', 'up'],
  starting: ['iniciando', 'starting'],
  stopped: ['desligado', 'stopped'],
  died: ['morreu', 'died'],
  paused: ['pausado', 'paused'],
  unreachable: ['não responde', 'no answer'],
  running: ['em andamento', 'under way'],
  failed: ['falhou', 'failed'],
  answered: ['respondida', 'answered'],
  spare: ['reserva', 'spare'],
  // Map
  client: ['clientes', 'clients'],
  clientNote: ['navegador, curl, painel', 'browser, curl, painel'],
  column_client: ['Cliente', 'Client'],
  column_dns: ['DNS', 'DNS'],
  column_frontend: ['Frontends', 'Frontends'],
  column_backend: ['Backends', 'Backends'],
  column_data: ['Dados', 'Data'],
  applicationsOff: ['Aplicações desligadas: {names}', 'Applications switched off: {names}'],
  perSecond: ['{n} req/s', '{n} req/s'],
  exchangesPerSecond: ['{n}/s', '{n}/s'],
  health: ['verificações de saúde', 'health checks'],
  seenBy: ['{who} vê: {state}', 'seen by {who}: {state}'],
  fault: ['falha ligada: {what}', 'fault in force: {what}'],
  dotsLimited: [
    'Há mais mensagens do que o mapa desenha ao mesmo tempo.',
    'There are more messages than the map draws at a time.',
  ],
  // Component
  stop: ['Desligar', 'Stop'],
  start: ['Ligar', 'Start'],
  pause: ['Pausar', 'Pause'],
  resume: ['Continuar', 'Resume'],
  close: ['Fechar', 'Close'],
  now: ['Agora', 'Now'],
  address: ['Endereço', 'Address'],
  process: ['Processo', 'Process'],
  talksTo: ['Conversa com', 'Talks to'],
  asOthersSee: ['Como os outros o veem', 'How others see it'],
  switches: ['Ajustes em vigor', 'Settings in force'],
  faults: ['Falhas em vigor', 'Faults in force'],
  none: ['nenhuma', 'none'],
  nothingNow: ['nenhuma mensagem nos últimos 3 s', 'no message in the last 3 s'],
  log: ['Últimas linhas do log', 'Last log lines'],
  noLog: [
    'O log não está nesta máquina; no terminal: docker compose logs {name}',
    'The log is not on this machine; in a terminal: docker compose logs {name}',
  ],
  read: ['Para ler', 'To read'],
  statusAll: ['Tudo o que GET /status responde', 'All that GET /status answers'],
  // Player
  live: ['ao vivo', 'live'],
  goLive: ['Ao vivo', 'Live'],
  stopLive: ['Pausar', 'Pause'],
  play: ['Reproduzir', 'Play'],
  stopPlay: ['Parar', 'Stop'],
  step: ['passo {n} de {total}', 'step {n} of {total}'],
  noStep: ['nenhum evento', 'no event'],
  newer: ['{n} evento(s) novo(s)', '{n} new event(s)'],
  speed_step: ['1 passo por segundo', '1 step a second'],
  speed_1: ['como aconteceu', 'as it happened'],
  speed_10: ['10 vezes mais lento', '10 times slower'],
  speed_100: ['100 vezes mais lento', '100 times slower'],
  gaps: ['Pausas longas são encurtadas para 1,5 s.', 'Long gaps are shortened to 1.5 s.'],
  // Notes
  sampling: [
    'Muitas requisições: só 1 de cada {n} é acompanhada, em todos os componentes.',
    'Many requests: only 1 out of {n} is followed, in all components.',
  ],
  missed: ['Esta página ficou para trás e perdeu {n} eventos.', 'This page fell behind and missed {n} events.'],
  lost: ['Sem conexão com o painel. Tentando de novo…', 'No connection to the painel. Trying again…'],
  onlyLooks: ['Este painel só mostra (LAB_FAULTS=0).', 'This painel only shows (LAB_FAULTS=0).'],
  saleNumbers: [
    '{available} disponíveis, {reserved} reservados, {sold} vendidos, de {total} lugares; {waiting} na fila',
    '{available} available, {reserved} reserved, {sold} sold, of {total} seats; {waiting} waiting in the line',
  ],
  saleShares: ['Quem atendeu as últimas requisições:', 'Servers that answered the last requests:'],
  'sale-reserved': ['reservada', 'reserved'],
  'sale-bought': ['comprada', 'bought'],
  'sale-cancelled': ['cancelada', 'cancelled'],
  'sale-expired': ['expirada', 'expired'],
  confirmReset: [
    'Voltar ao estado inicial? Zonas, usuários e sessões são apagados.',
    'Back to the initial state? Zones, users and sessions are removed.',
  ],
  // Events
  everyPlace: ['todos os saltos', 'all hops'],
  everyRequest: ['todas as requisições', 'all requests'],
  everyKind: ['todos os tipos', 'all kinds'],
  onlyFailed: ['só o que falhou', 'only what failed'],
  noEvents: ['Nenhum evento ainda. Envie uma requisição acima.', 'No event yet. Send a request above.'],
  noEventsHere: ['Nenhum evento com este filtro.', 'No event with this filter.'],
  older: [
    '{n} eventos mais antigos não são desenhados; use os filtros.',
    '{n} older events are not drawn; use the filters.',
  ],
  // Trace
  attempt: ['tentativa {n}: {backend}', 'attempt {n}: {backend}'],
  compareWith: ['Comparar com', 'Compare with'],
  noComparison: ['nenhuma', 'none'],
  aspect: ['Aspecto', 'Aspect'],
  same: ['igual', 'same'],
  allSame: ['Nenhuma diferença além do tempo.', 'No difference but the time.'],
  aspect_resolved: ['Nome resolvido por', 'Name resolved by'],
  aspect_order: ['Ordem dos endereços', 'Order of the addresses'],
  aspect_connection: ['Conexão com o frontend', 'Connection to the frontend'],
  aspect_frontend: ['Frontend', 'Frontend'],
  aspect_attempts: ['Backends tentados', 'Backends tried'],
  aspect_redis: ['Comandos no Redis', 'Redis commands'],
  aspect_mysql: ['Comandos no MySQL', 'MySQL statements'],
  aspect_status: ['Status', 'Status'],
  aspect_milliseconds: ['Tempo', 'Time'],
  new: ['nova', 'new'],
  reused: ['reaproveitada', 'reused'],
  query: ['consulta', 'query'],
  cache: ['cache', 'cache'],
  // Packet
  title_query: ['Consulta DNS', 'DNS query'],
  title_answer: ['Resposta DNS', 'DNS answer'],
  title_received_client: ['Recebido do cliente', 'Received from the client'],
  title_sent_backend: ['Enviado ao backend', 'Sent to the backend'],
  title_received_backend: ['Recebido do backend', 'Received from the backend'],
  title_sent_client: ['Enviado ao cliente', 'Sent to the client'],
  octets: ['{n} bytes (octetos)', '{n} octets'],
  agree: ['O dns2 e o código do laboratório leem o mesmo.', 'dns2 and the code of the lab read the same.'],
  disagree: ['O dns2 e o código do laboratório não concordam:', 'dns2 and the code of the lab disagree:'],
  ownReads: ['o laboratório lê: {value}', 'the lab reads: {value}'],
  pointsTo: ['aponta para o byte {n}', 'points to octet {n}'],
  hexHint: [
    'Aponte para um byte ou para um campo. No teclado: setas.',
    'Point at an octet or a field. With the keyboard: arrow keys.',
  ],
  copy: ['Copiar', 'Copy'],
  copied: ['Copiado', 'Copied'],
  fates: ['O que aconteceu com cada campo', 'What happened to each field'],
  again: ['O mesmo no terminal', 'The same in a terminal'],
  kept: ['mantido', 'kept'],
  added: ['acrescentado', 'added'],
  replaced: ['trocado', 'replaced'],
  removed: ['removido', 'removed'],
  noOctets: [
    'Este passo não tem bytes próprios: ele aconteceu dentro de um componente.',
    'This step has no octets of its own: it happened inside a component.',
  ],
  masked: [
    'Cookies e senhas não são mostrados: no lugar deles aparece o tamanho.',
    'Cookies and passwords are not shown: their length is shown instead.',
  ],
  details: ['O evento inteiro (JSON)', 'The whole event (JSON)'],
  chooseStep: ['Escolha um evento para ver os bytes.', 'Choose an event to see its octets.'],
  // Names of DNS fields
  f_header: ['Cabeçalho', 'Header'],
  f_question: ['Pergunta', 'Question'],
  f_answer: ['Resposta', 'Answer'],
  f_authority: ['Autoridade', 'Authority'],
  f_additional: ['Adicional', 'Additional'],
  'f_question-entry': ['pergunta', 'question'],
  f_record: ['registro', 'record'],
  f_id: ['ID', 'ID'],
  f_flags: ['flags', 'flags'],
  f_qdcount: ['perguntas', 'questions'],
  f_ancount: ['respostas', 'answers'],
  f_nscount: ['registros de autoridade', 'authority records'],
  f_arcount: ['registros adicionais', 'additional records'],
  f_qname: ['nome', 'name'],
  f_qtype: ['tipo', 'type'],
  f_qclass: ['classe', 'class'],
  f_owner: ['nome', 'owner'],
  f_type: ['tipo', 'type'],
  f_class: ['classe', 'class'],
  f_ttl: ['TTL', 'TTL'],
  f_rdlength: ['tamanho dos dados', 'length of the rdata'],
  f_rdata: ['dados', 'rdata'],
  f_label: ['rótulo', 'label'],
  f_root: ['fim do nome (raiz)', 'end of the name (root)'],
  f_pointer: ['ponteiro de compressão', 'compression pointer'],
  f_rest: ['bytes que não formam um campo', 'octets that are not a field'],
  // Client
  sending: ['Enviando…', 'Sending…'],
  reached: ['{n} respostas por segundo', '{n} responses a second'],
  errors: ['sem resposta', 'without a response'],
  retries: ['novas tentativas do cliente', 'retries of the client'],
  times: ['metade em até {p50} ms, 99 % em até {p99} ms', 'half within {p50} ms, 99 % within {p99} ms'],
  frontends: ['Frontends', 'Frontends'],
  backends: ['Backends', 'Backends'],
  shares: ['Quem respondeu (tracejado: parte esperada)', 'Who answered (dashed: the expected share)'],
  oneResponse: ['Uma resposta', 'One response'],
  inOrder: ['Em ordem de resposta', 'In the order of the responses'],
  perFrontend: ['Cada frontend tem o seu rodízio', 'Each frontend has its own rotation'],
  perFrontendWhy: [
    'Cada linha é um frontend. Ele só conta as requisições que ele mesmo encaminhou; por isso, os três contam separadamente e não formam um rodízio só.',
    'Each row is a frontend. It counts only the requests that it forwarded itself, so the three count separately and do not make one global rotation.',
  ],
  responseTimes: ['Tempos de resposta', 'Response times'],
  sequenceLimited: ['As primeiras {n} respostas.', 'The first {n} responses.'],
  statuses: ['status', 'statuses'],
  ttlLeft: [
    'Cache do DNS desta janela: {addresses}. Faltam {n} s para a próxima consulta.',
    'DNS cache of this window: {addresses}. The next query is due in {n} s.',
  ],
  ttlOver: [
    'Cache do DNS desta janela: vazio. A próxima requisição faz uma consulta.',
    'DNS cache of this window: empty. The next request makes a query.',
  ],
  runs: ['Três caches escondem o rodízio do DNS', 'Three caches hide the rotation of DNS'],
  runsWhy: [
    'O cache do sistema e o do navegador guardam a resposta até o fim do TTL; com uma conexão aberta (keep-alive), não há consulta nenhuma. Faça a mesma coisa com e sem eles e compare:',
    'The caches of the system and of the browser keep the answer until its TTL ends; with an open connection (keep-alive) there is no query. Do the same with and without them, and compare:',
  ],
  run_settings: ['Como', 'How'],
  run_requests: ['Requisições', 'Requests'],
  run_queries: ['Com consulta DNS', 'With a DNS query'],
  run_connections: ['Conexões novas', 'New connections'],
  run_frontends: ['Frontends diferentes', 'Different frontends'],
  withoutCaches: ['sem caches', 'without caches'],
  withCache: ['cache do DNS', 'DNS cache'],
  withKeepAlive: ['keep-alive', 'keep-alive'],
  // Explain
  file: ['Arquivo', 'File'],
  glossary: ['Glossário', 'Glossary'],
  explain: ['Explique', 'Explain'],
  notThere: ['Este texto não pode ser mostrado aqui.', 'This text cannot be shown here.'],
}

/** @typedef {keyof typeof WORDS} Word */

const inLanguage = sayIn(WORDS)

export function isEnglish() {
  return language() === 'en'
}

/**
 * A text in the chosen language; `{name}` is replaced by the value of that name.
 *
 * @param {Word} word
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function say(word, values) {
  return inLanguage(language(), word, values)
}

/** The word, if there is one; otherwise the text itself. @param {string} text */
export function sayOr(text) {
  return text in WORDS ? say(/** @type {Word} */ (text)) : text
}

/** A number as the chosen language writes it. @param {number} value @param {number} digits after the comma */
export function numeral(value, digits = 0) {
  return value.toLocaleString(language(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
