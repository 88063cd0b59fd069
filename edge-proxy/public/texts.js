/**
 * What the page says while it runs, in Portuguese with English beside it. What never changes stands in index.html.
 *
 * Read beside: explain.js (which trouble gets which text), language.js (which language is chosen)
 * Pure: a name, a language and values in, a sentence out.
 */

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
      'Desenho do caminho: o navegador pergunta o endereço ao DNS e fala com um dos frontends; ele escolhe um dos backends; o backend consulta Redis e MySQL. Nenhum pedido foi feito ainda.',
    en: 'Drawing of the path: the browser asks the DNS for an address and talks to one of the frontends; that one picks one of the backends; the backend asks Redis and MySQL. Nothing has been asked yet.',
  },
  drawingPath: { 'pt-BR': 'Caminho do último pedido: {path}.', en: 'Path of the last request: {path}.' },
  drawingBroken: {
    'pt-BR': 'O último pedido parou no caminho: {path}, e dali não passou.',
    en: 'The last request broke off on its way: {path}, and no further.',
  },

  verdictServed: {
    'pt-BR': '{frontend} encaminhou, {backend} respondeu.',
    en: '{frontend} forwarded it, {backend} answered.',
  },
  verdictEdge: { 'pt-BR': '{frontend} respondeu sozinho.', en: '{frontend} answered by itself.' },
  verdictUser: { 'pt-BR': 'E você continua sendo {user}.', en: 'And you are still {user}.' },
  verdictStranger: {
    'pt-BR': 'Sem uma sessão, ele não sabe quem você é.',
    en: 'Without a session it does not know who you are.',
  },
  verdictNobody: { 'pt-BR': 'Ninguém respondeu.', en: 'Nobody answered.' },
  verdictWaiting: { 'pt-BR': 'Esperando a resposta há {seconds} s…', en: 'Waiting for an answer for {seconds} s…' },
  summary: {
    'pt-BR': '{asked} pedidos. Frontends que responderam: {frontends}. Backends: {backends}. Falhas: {failed}.',
    en: '{asked} requests. Frontends that answered: {frontends}. Backends: {backends}. Failures: {failed}.',
  },

  sameConnection: { 'pt-BR': 'mesma conexão', en: 'same connection' },
  newConnection: { 'pt-BR': 'conexão nova', en: 'new connection' },
  notAsked: { 'pt-BR': 'não consultado', en: 'not asked' },
  connectionReused: {
    'pt-BR': 'conexão já aberta (keep-alive): o DNS não foi consultado',
    en: 'connection already open (keep-alive): the DNS was not asked',
  },
  connectionNew: {
    'pt-BR': 'conexão nova: achar o endereço levou {lookup}, conectar levou {connect}',
    en: 'new connection: finding the address took {lookup}, connecting took {connect}',
  },
  connectionUnknown: {
    'pt-BR': 'o navegador não informou nada sobre a conexão',
    en: 'the browser did not tell about the connection',
  },
  evidenceName: {
    'pt-BR':
      '{asked} pedidos até agora. Os últimos {onThis} foram pela mesma conexão, portanto para o mesmo frontend, sem consultar o DNS.',
    en: '{asked} requests so far. The last {onThis} went over the same connection, hence to the same frontend, without asking the DNS.',
  },
  evidenceAddress: {
    'pt-BR':
      '{asked} pedidos até agora. Você abriu a página pelo endereço {host}, não pelo nome: o DNS não participa, e quem atende é sempre este frontend. Para o navegador, outro endereço é outro site, e seu cookie não vai junto. É para isso que serve o nome.',
    en: '{asked} requests so far. You opened the page by its address {host}, not by its name: the DNS has no part in it, and it is always this frontend that serves. To the browser another address is another site, and your cookie does not go there. That is what the name is for.',
  },
  evidencePort: {
    'pt-BR':
      '{asked} pedidos até agora. Você abriu a página por {host}, a porta que o Docker publica para um só frontend: o DNS não participa. Os outros estão nas portas 8081, 8082 e 8083, e o seu login vale em todas, porque cookies não olham a porta.',
    en: '{asked} requests so far. You opened the page at {host}, the port that Docker publishes for one frontend alone: the DNS has no part in it. The others are on ports 8081, 8082 and 8083, and your login counts on all of them, because cookies do not look at ports.',
  },

  times: { 'pt-BR': '{count}×', en: '{count}×' },
  noAnswer: { 'pt-BR': 'sem resposta', en: 'no answer' },

  loggedOut: {
    'pt-BR': 'Você saiu. A sessão foi apagada no Redis.',
    en: 'You are logged out. The session was deleted in Redis.',
  },
  admin: { 'pt-BR': 'administrador', en: 'administrator' },
  aluno: { 'pt-BR': 'aluno', en: 'student' },

  troubleStopped: { 'pt-BR': 'Você parou antes da resposta.', en: 'You stopped before the answer came.' },
  troubleNetwork: {
    'pt-BR':
      'O navegador não conseguiu falar com nenhum frontend: ou o nome não virou endereço (o DNS está no ar?), ou todos os endereços recusaram a conexão, ou a máquina caiu no meio da conversa. O navegador não conta à página qual dos três foi. Veja quem está no ar e pergunte de novo.',
    en: 'The browser could not talk to any frontend: either the name did not become an address (is the DNS up?), or every address refused the connection, or the machine died in mid-sentence. The browser does not tell a page which of the three it was. See who is up, and ask again.',
  },
  troubleSilence: {
    'pt-BR':
      'Ninguém disse nada por um minuto, nem para recusar. É o que acontece quando os pacotes somem na rede: uma máquina desligada da tomada não responde "não".',
    en: 'Nobody said anything for a minute, not even to refuse. That is what it looks like when packets vanish: a machine without power does not answer "no".',
  },
  trouble502: {
    'pt-BR':
      '502 Bad Gateway: {frontend} escolheu um backend, mas ele caiu no meio da resposta, não aceitou a conexão ou respondeu algo que não é HTTP. O frontend está bem; o problema está atrás dele.',
    en: '502 Bad Gateway: {frontend} picked a backend, but it died while answering, refused the connection, or said something that is not HTTP. The frontend is fine; the trouble is behind it.',
  },
  trouble503Edge: {
    'pt-BR':
      '503 Service Unavailable: {frontend} está no ar, mas não tem nenhum backend saudável para escolher. Ligue um backend e espere a verificação de saúde passar duas vezes.',
    en: '503 Service Unavailable: {frontend} is up but has no healthy backend to pick. Start a backend, and wait until its health check has passed twice.',
  },
  trouble503Backend: {
    'pt-BR':
      '503 Service Unavailable: {backend} está no ar, mas não consegue falar com algo de que precisa: Redis (sessões) ou MySQL (usuários). Ele prefere dizer que não pode a fingir que você não entrou.',
    en: '503 Service Unavailable: {backend} is up but cannot reach something it needs: Redis (sessions) or MySQL (users). It would rather say that it cannot than pretend that you are not logged in.',
  },
  trouble504: {
    'pt-BR':
      '504 Gateway Timeout: {frontend} repassou o pedido e esperou, mas o backend não respondeu a tempo. Ele aceitou a conexão e se calou: está travado ou muito lento.',
    en: '504 Gateway Timeout: {frontend} passed the request on and waited, but the backend did not answer in time. It took the connection and went silent: it hangs, or is very slow.',
  },
  trouble500: {
    'pt-BR': 'Um erro que ninguém previu aconteceu em {who}. O registro (log) dele diz mais.',
    en: 'Something that nobody foresaw went wrong in {who}. Its log says more.',
  },
  trouble401Login: { 'pt-BR': 'Usuário ou senha não conferem.', en: 'The user name and the password do not match.' },
  trouble401Session: {
    'pt-BR': 'Sua sessão não existe mais: expirou, foi encerrada ou apagada no Redis. Entre de novo.',
    en: 'Your session is gone: it expired, was ended, or was deleted in Redis. Log in again.',
  },
  trouble403: {
    'pt-BR': 'O servidor recusou: este pedido não veio da própria página, ou você não tem permissão para ele.',
    en: 'The server refused: this request did not come from the page itself, or you are not allowed to make it.',
  },
  trouble429: {
    'pt-BR': 'Tentativas demais em pouco tempo. Espere {wait} e tente de novo.',
    en: 'Too many attempts in a short time. Wait {wait} and try again.',
  },
  trouble400: {
    'pt-BR': 'O servidor não aceitou este pedido ({status}).',
    en: 'The server did not accept this request ({status}).',
  },
  seconds: { 'pt-BR': '{count} s', en: '{count} s' },
  aMoment: { 'pt-BR': 'um pouco', en: 'a moment' },
  somebody: { 'pt-BR': 'o frontend', en: 'the frontend' },
  somebodyBehind: { 'pt-BR': 'o backend', en: 'the backend' },

  memorySessions: {
    'pt-BR':
      'As sessões estão na memória de cada backend (SESSIONS=memory): quando outro backend responder, seu login some. É de propósito, para a aula.',
    en: 'Sessions live in the memory of each backend (SESSIONS=memory): as soon as another backend answers, your login is gone. This is on purpose, for the lesson.',
  },
}

/**
 * A text with its `{names}` filled in. Values are plain text: whoever shows it must use `textContent`.
 *
 * @param {Language} language
 * @param {TextName} name
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function format(language, name, values = {}) {
  return TEXTS[name][language].replace(/\{(\w+)\}/g, (placeholder, key) => String(values[key] ?? placeholder))
}

/**
 * Milliseconds for people: `0,42 ms`, `3,1 ms`, `1,2 s`.
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
