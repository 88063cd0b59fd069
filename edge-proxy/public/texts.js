/**
 * What the page says while it runs, in Portuguese with English beside it. Texts that never change are in index.html.
 *
 * Read beside: explain.js (which error gets which text), language.js (which language is chosen), edge-proxy/pages/ (which uses the
 *   texts of errors too)
 * Pure: a name, a language and values in, a sentence out. Longer than 250 lines because it is a table, an entry for each text.
 */

import { fill } from './fill.js'

/** @typedef {'pt-BR' | 'en'} Language */
/** @typedef {keyof typeof TEXTS} TextName */

export const TEXTS = {
  title: { 'pt-BR': 'meutrabalho.com.br · quem respondeu?', en: 'meutrabalho.com.br · who answered?' },

  browser: { 'pt-BR': 'navegador', en: 'browser' },
  sessions: { 'pt-BR': 'sessões', en: 'sessions' },
  users: { 'pt-BR': 'usuários', en: 'users' },
  layerClient: { 'pt-BR': 'você', en: 'you' },
  layerFrontend: { 'pt-BR': 'proxies reversos', en: 'reverse proxies' },
  layerBackend: { 'pt-BR': 'servidores', en: 'servers' },
  layerStores: { 'pt-BR': 'dados', en: 'data' },
  network: { 'pt-BR': 'rede', en: 'network' },
  edge: { 'pt-BR': 'frontend', en: 'frontend' },
  backend: { 'pt-BR': 'backend', en: 'backend' },
  redis: { 'pt-BR': 'Redis', en: 'Redis' },
  mysql: { 'pt-BR': 'MySQL', en: 'MySQL' },

  drawingIdle: {
    'pt-BR':
      'Desenho do caminho: o navegador consulta o DNS e envia a requisição a um dos frontends; o frontend escolhe um dos backends; o backend consulta Redis e MySQL. Nenhuma requisição foi feita ainda.',
    en: 'Drawing of the path: the browser queries the DNS and sends the request to one of the frontends; the frontend picks one of the backends; the backend queries Redis and MySQL. There has been no request yet.',
  },
  drawingPath: { 'pt-BR': 'Caminho da última requisição: {path}.', en: 'Path of the last request: {path}.' },
  drawingBroken: {
    'pt-BR': 'A última requisição foi interrompida depois de: {path}.',
    en: 'The last request broke off after: {path}.',
  },
  drawingOff: { 'pt-BR': 'Fora do ar: {machines}.', en: 'Off: {machines}.' },

  verdictPage: { 'pt-BR': '{frontend} entregou esta página.', en: '{frontend} served this page.' },
  verdictServed: {
    'pt-BR': '{frontend} encaminhou, {backend} respondeu.',
    en: '{frontend} forwarded the request, {backend} answered.',
  },
  verdictEdge: { 'pt-BR': '{frontend} respondeu sozinho.', en: '{frontend} answered by itself.' },
  verdictUser: { 'pt-BR': 'E você continua sendo {user}.', en: 'And you are still {user}.' },
  verdictAnonymous: { 'pt-BR': 'Ainda não há sessão: faça o login.', en: 'There is no session yet: log in.' },
  verdictForgotten: { 'pt-BR': '{backend} não conhece sua sessão.', en: '{backend} does not know your session.' },
  verdictNoAnswer: { 'pt-BR': 'Nenhum servidor respondeu.', en: 'No server answered.' },
  verdictUnknown: {
    'pt-BR': 'Um servidor respondeu, mas a resposta não traz o nome dele.',
    en: 'A server answered, but the response does not name it.',
  },
  verdictWaiting: { 'pt-BR': 'Esperando a resposta há {seconds} s…', en: 'Waiting for the response for {seconds} s…' },
  summary: {
    'pt-BR': '{requests} requisições. Frontends que responderam: {frontends}. Backends: {backends}. Falhas: {failed}.',
    en: '{requests} requests. Frontends that answered: {frontends}. Backends: {backends}. Failures: {failed}.',
  },

  sameConnection: { 'pt-BR': 'mesma conexão', en: 'same connection' },
  earlierConnection: { 'pt-BR': 'conexão aberta antes', en: 'connection opened before' },
  newConnection: { 'pt-BR': 'conexão nova', en: 'new connection' },
  thisPage: { 'pt-BR': 'esta página', en: 'this page' },
  anonymous: { 'pt-BR': 'sem sessão ainda', en: 'no session yet' },
  notQueried: { 'pt-BR': 'não consultado', en: 'not queried' },
  stateOff: { 'pt-BR': 'fora do ar', en: 'off' },
  stateDraining: { 'pt-BR': 'saindo', en: 'leaving' },
  stateMaintenance: { 'pt-BR': 'manutenção', en: 'maintenance' },
  connectionReused: {
    'pt-BR': 'conexão já aberta (keep-alive): o DNS não foi consultado',
    en: 'connection already open (keep-alive): the DNS was not queried',
  },
  connectionNew: {
    'pt-BR': 'conexão nova: achar o endereço levou {lookup}; conectar, {connect}',
    en: 'new connection: finding the address took {lookup}, connecting took {connect}',
  },
  connectionUnknown: {
    'pt-BR': 'o navegador não informou nada sobre a conexão',
    en: 'the browser reported nothing about the connection',
  },
  sameByName: {
    'pt-BR':
      '{requests} requisições até agora. As últimas {onThis} usaram a mesma conexão; por isso foram para o mesmo frontend, sem consultar o DNS.',
    en: '{requests} requests so far. The last {onThis} used the same connection, so they went to the same frontend, without a DNS query.',
  },
  sameByAddress: {
    'pt-BR':
      '{requests} requisições até agora. Você abriu a página pelo endereço {host}, não pelo nome: o DNS não participa, e quem atende é sempre este frontend. Para o navegador, outro endereço é outro site, e o cookie do seu login não é enviado para lá. É para isso que serve o nome.',
    en: '{requests} requests so far. You opened the page by its address {host}, not by its name: the DNS is not used, and this frontend always answers. To the browser, another address is another site, and the cookie of your login is not sent there. That is what the name is for.',
  },
  sameByPort: {
    'pt-BR':
      '{requests} requisições até agora. Você abriu a página em {host}, uma porta que leva a um só frontend: o DNS não participa. Os outros frontends estão nas portas 8081, 8082 e 8083, e seu login vale em todas, porque o navegador envia o mesmo cookie a todas as portas de um endereço.',
    en: '{requests} requests so far. You opened the page at {host}, a port that leads to one frontend only: the DNS is not used. The other frontends are on ports 8081, 8082 and 8083, and your login is valid on all of them, because the browser sends the same cookie to all ports of an address.',
  },

  times: { 'pt-BR': '{count}×', en: '{count}×' },
  noResponse: { 'pt-BR': 'sem resposta', en: 'no response' },

  loggedOut: {
    'pt-BR': 'Você saiu. Sua sessão foi apagada.',
    en: 'You are logged out. Your session was deleted.',
  },
  admin: { 'pt-BR': 'administrador', en: 'administrator' },
  aluno: { 'pt-BR': 'aluno', en: 'student' },

  allFrontends: { 'pt-BR': 'Frontends', en: 'Frontends' },
  offFrontends: {
    'pt-BR': 'Nenhum respondeu. Veja quais estão no ar e ligue um:',
    en: 'None has answered. See which ones are on, and start one:',
  },
  offRefused: {
    'pt-BR': 'recusa conexões: o processo não está rodando.',
    en: 'refuses connections: its process is not running.',
  },
  offTimeout: {
    'pt-BR': 'não responde à verificação de saúde a tempo: está pausado, travado ou sem rede.',
    en: 'does not answer its health check in time: it is paused, hangs, or has no network.',
  },
  offFailing: {
    'pt-BR': 'falhou em requisições seguidas: por alguns segundos não recebe nenhuma.',
    en: 'has failed several requests in a row: for some seconds it gets none.',
  },
  offLeaving: {
    'pt-BR': 'está sendo desligado: termina as requisições que já tem e não recebe novas.',
    en: 'is being stopped: it finishes the requests it has and gets no new ones.',
  },
  offDrain: {
    'pt-BR': 'está no modo drain, ligado no frontend: não recebe requisições novas.',
    en: 'is in drain mode, set at the frontend: it gets no new requests.',
  },
  offMaintenance: {
    'pt-BR': 'está no modo maintenance, ligado no frontend: não recebe requisições nem verificações de saúde.',
    en: 'is in maintenance mode, set at the frontend: it gets neither requests nor health checks.',
  },
  offRising: {
    'pt-BR': 'está voltando: falta passar mais uma verificação de saúde.',
    en: 'is coming back: one more health check has to pass.',
  },
  offStore: { 'pt-BR': 'não responde aos backends.', en: 'does not answer the backends.' },
  offOther: {
    'pt-BR': 'não passa na verificação de saúde do frontend.',
    en: "does not pass the frontend's health check.",
  },

  troubleStopped: { 'pt-BR': 'Você parou antes da resposta.', en: 'You stopped before the response came.' },
  troubleNetwork: {
    'pt-BR':
      'O navegador não conseguiu falar com nenhum frontend. Há três causas possíveis: o nome não virou endereço (o DNS está no ar?), todos os endereços recusaram a conexão, ou o frontend caiu no meio da resposta. O navegador não informa à página qual delas foi.',
    en: 'The browser could not reach any frontend. There are three possible causes: the name could not be resolved (is the DNS up?), every address refused the connection, or the frontend died in the middle of the response. The browser does not tell the page which one it was.',
  },
  troubleSilence: {
    'pt-BR':
      'Nenhuma resposta em um minuto, nem mesmo uma recusa. É o que acontece quando os pacotes se perdem na rede: uma máquina sem energia não recusa conexões, só fica em silêncio.',
    en: 'No response for a minute, not even a refusal. This happens when packets are lost in the network: a machine without power does not refuse connections, it is just silent.',
  },
  trouble502: {
    'pt-BR':
      '502 Bad Gateway: {frontend} escolheu um backend, mas não recebeu dele uma resposta que possa encaminhar. O frontend está bem; o problema está depois dele.',
    en: '502 Bad Gateway: {frontend} picked a backend, but got no response from it that it can forward. The frontend is fine; the trouble is behind it.',
  },
  trouble502Refused: {
    'pt-BR':
      '502 Bad Gateway: {frontend} escolheu um backend, mas a conexão foi recusada: o processo desse backend não está rodando. O frontend está bem; o problema está depois dele.',
    en: '502 Bad Gateway: {frontend} picked a backend, but the connection was refused: the process of that backend is not running. The frontend is fine; the trouble is behind it.',
  },
  trouble502Closed: {
    'pt-BR':
      '502 Bad Gateway: {frontend} encaminhou a requisição, mas o backend fechou a conexão antes do fim da resposta: ele caiu enquanto respondia. O frontend está bem; o problema está depois dele.',
    en: '502 Bad Gateway: {frontend} forwarded the request, but the backend closed the connection before the end of the response: it died while answering. The frontend is fine; the trouble is behind it.',
  },
  trouble502Invalid: {
    'pt-BR':
      '502 Bad Gateway: {frontend} encaminhou a requisição, mas a resposta do backend não é HTTP válido. O frontend está bem; o problema está depois dele.',
    en: '502 Bad Gateway: {frontend} forwarded the request, but the response of the backend is not valid HTTP. The frontend is fine; the trouble is behind it.',
  },
  trouble503Edge: {
    'pt-BR':
      '503 Service Unavailable: {frontend} está no ar, mas não tem nenhum backend saudável para escolher. Ligue um backend e espere a verificação de saúde passar duas vezes.',
    en: '503 Service Unavailable: {frontend} is up but has no healthy backend to pick. Start a backend, and wait until its health check has passed twice.',
  },
  trouble503Application: {
    'pt-BR':
      '503 Service Unavailable: {frontend} está no ar, mas esta aplicação não está ligada. Ligue-a com este comando e recarregue a página:',
    en: '503 Service Unavailable: {frontend} is up, but this application is not running. Start it with this command, and load the page again:',
  },
  trouble503Full: {
    'pt-BR':
      '503 Service Unavailable: {frontend} está no limite de conexões abertas e não consegue abrir outra até um backend. Tente de novo daqui a pouco.',
    en: '503 Service Unavailable: {frontend} has reached its limit of open connections and cannot open another one to a backend. Try again in a moment.',
  },
  trouble503Redis: {
    'pt-BR':
      '503 Service Unavailable: {backend} está no ar, mas não consegue falar com o Redis, onde ficam as sessões. Em vez de fingir que você não está logado, ele avisa que não consegue responder.',
    en: '503 Service Unavailable: {backend} is up but cannot reach Redis, where the sessions are kept. Instead of pretending that you are not logged in, it says that it cannot answer.',
  },
  trouble503Mysql: {
    'pt-BR':
      '503 Service Unavailable: {backend} está no ar, mas não consegue falar com o MySQL, onde ficam os usuários e as senhas. Quem já entrou continua logado, porque a sessão está no Redis.',
    en: '503 Service Unavailable: {backend} is up but cannot reach MySQL, where users and passwords are kept. Users who are logged in stay so, because their sessions are in Redis.',
  },
  trouble503Backend: {
    'pt-BR':
      '503 Service Unavailable: {backend} está no ar, mas no momento não consegue atender: está sendo desligado, ou falta algo de que ele precisa.',
    en: '503 Service Unavailable: {backend} is up but cannot serve requests at the moment: it is being stopped, or something that it needs is missing.',
  },
  trouble504: {
    'pt-BR':
      '504 Gateway Timeout: {frontend} encaminhou a requisição e esperou, mas o backend não respondeu a tempo. Ele aceitou a conexão e ficou em silêncio: está pausado, travado ou muito lento.',
    en: '504 Gateway Timeout: {frontend} forwarded the request and waited, but the backend did not answer in time. It accepted the connection and was silent: it is paused, hangs, or is very slow.',
  },
  trouble504Connect: {
    'pt-BR':
      '504 Gateway Timeout: {frontend} tentou abrir uma conexão com o backend, mas não veio nem aceite nem recusa. Os pacotes se perdem na rede, ou a máquina está sem energia.',
    en: '504 Gateway Timeout: {frontend} tried to open a connection to the backend, which was neither accepted nor refused. Packets are lost in the network, or the machine has no power.',
  },
  trouble508: {
    'pt-BR':
      '508 Loop Detected: esta requisição já passou por {frontend}. Dois proxies estão encaminhando um para o outro.',
    en: '508 Loop Detected: this request has passed {frontend} before. Two proxies forward to each other.',
  },
  trouble500: {
    'pt-BR': 'Erro inesperado em {machine}. O log dessa máquina diz mais.',
    en: 'Unexpected error in {machine}. The log of that machine has the details.',
  },
  trouble401Login: { 'pt-BR': 'Usuário ou senha incorretos.', en: 'User name or password is wrong.' },
  trouble401Session: {
    'pt-BR': 'Sua sessão não existe mais: expirou, foi encerrada ou foi apagada no Redis. Entre de novo.',
    en: 'Your session is gone: it expired, was ended, or was deleted in Redis. Log in again.',
  },
  trouble401Memory: {
    'pt-BR':
      'Cada backend guarda as sessões na própria memória (SESSIONS=memory), e {backend} não tem nenhuma deste navegador. Se você já entrou, a sessão está em outro backend.',
    en: 'Each backend keeps sessions in its own memory (SESSIONS=memory), and {backend} has none of this browser. If you have logged in, your session is in another backend.',
  },
  trouble401MemoryOther: {
    'pt-BR':
      '{creator} guardou sua sessão na própria memória (SESSIONS=memory); {backend} não a conhece. Você só está logado quando {creator} responde.',
    en: '{creator} kept your session in its own memory (SESSIONS=memory); {backend} does not know it. You are logged in only when {creator} answers.',
  },
  trouble403: {
    'pt-BR': 'O servidor recusou: esta requisição não veio da própria página, ou você não tem permissão para ela.',
    en: 'The server refused: this request did not come from the page itself, or you are not allowed to make it.',
  },
  trouble404: {
    'pt-BR': 'Não existe nada neste endereço.',
    en: 'There is nothing at this address.',
  },
  trouble405: {
    'pt-BR': 'Este arquivo só pode ser lido: o frontend aceita GET e HEAD para ele, e nenhum outro método.',
    en: 'This file can only be read: for it the frontend accepts GET and HEAD, and no other method.',
  },
  trouble408: {
    'pt-BR': 'A requisição não chegou inteira a tempo.',
    en: 'The request did not arrive completely in time.',
  },
  trouble429: {
    'pt-BR': 'Tentativas demais em pouco tempo. Espere {wait} e tente de novo.',
    en: 'Too many attempts in a short time. Wait {wait} and try again.',
  },
  trouble400: {
    'pt-BR': 'O servidor não aceitou esta requisição ({status}).',
    en: 'The server did not accept this request ({status}).',
  },
  requestId: { 'pt-BR': 'Identificador desta requisição nos logs:', en: 'The id of this request in the logs:' },
  seconds: { 'pt-BR': '{count} s', en: '{count} s' },
  aMoment: { 'pt-BR': 'um pouco', en: 'a moment' },
  theFrontend: { 'pt-BR': 'o frontend', en: 'the frontend' },
  theBackend: { 'pt-BR': 'o backend', en: 'the backend' },

  memorySessions: {
    'pt-BR':
      'As sessões estão na memória de cada backend (SESSIONS=memory): quando outro backend responder, você não estará logado. É de propósito, para a aula.',
    en: 'Sessions are in the memory of each backend (SESSIONS=memory): when another backend answers, you are not logged in. This is on purpose, for the lesson.',
  },
}

/**
 * A text with its `{names}` filled in. Values are plain text: show it with `textContent`.
 *
 * @param {Language} language
 * @param {TextName} name
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function format(language, name, values) {
  return fill(TEXTS[name][language], values)
}

/**
 * Milliseconds for people: `0,4 ms`, `3,1 ms`, `1,2 s`.
 *
 * @param {Language} language
 * @param {number} ms
 */
export function formatMs(language, ms) {
  const [value, unit] = ms < 1000 ? [ms, 'ms'] : [ms / 1000, 's']
  const digits = value < 10 ? 1 : 0
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${number.format(value)}\u00a0${unit}`
}
