/**
 * "Explain this": each state, kind of event and term of the page in two sentences, with the file and the section to read.
 *
 * `term` is the term of docs/glossary.md. The keys `client.lookup` … are kinds of events (shared/event-kinds.ts).
 *
 * Read beside: explain-view.js (which shows them), docs/glossary.md
 * Pure: a table.
 */

/**
 * @typedef {object} Explanation
 * @property {string} pt
 * @property {string} en
 * @property {string} file
 * @property {string} [term]
 * @property {readonly string[]} [rfc]
 */

/** @type {Readonly<Record<string, Explanation>>} */
export const EXPLANATIONS = {
  // Panels
  map: {
    pt: 'Cada caixa é um processo de verdade, no seu próprio endereço. A forma e a palavra dizem o estado; uma linha fica mais larga quando há mais mensagens. Clique em uma caixa para ver o que ela está fazendo.',
    en: 'Each box is a real process at an address of its own. The shape and the word give its state; a line is wider when there are more messages. Click a box to see what it is doing.',
    file: 'shared/network-map.ts',
  },
  events: {
    pt: 'Cada linha é um evento que um componente publicou no momento em que aconteceu. Nada é simulado: o que não foi observado não aparece. No teclado: Tab entra na lista, ↑ e ↓ vão de um evento a outro, Enter abre; ← e → avançam e voltam em qualquer lugar da página.',
    en: 'Each line is an event that a component published as it happened. Nothing is simulated: what was not observed is not shown. With the keyboard: Tab enters the list, ↑ and ↓ go from event to event, Enter opens one; ← and → step anywhere on the page.',
    file: 'shared/event-kinds.ts',
  },
  trace: {
    pt: 'O tempo corre da esquerda para a direita, em escala. Cada tentativa em um backend é um ramo; uma tentativa que falhou tem um ✕, e o ramo seguinte é a nova tentativa.',
    en: 'Time runs from left to right, to scale. Each attempt at a backend is a branch; a failed attempt has a ✕, and the next branch is the retry.',
    file: 'edge-proxy/balance/retry.ts',
    rfc: ['RFC 9110 §9.2.2'],
  },
  packet: {
    pt: 'Os bytes (octetos) como passaram pela rede, ao lado dos campos que eles formam. O DNS é decodificado pela biblioteca dns2, e não pelo código que o escreveu; se os dois discordarem, o painel avisa.',
    en: 'The octets as they passed through the network, beside the fields that they form. DNS is decoded by the dns2 library, not by the code that encoded it; where the two disagree, the painel says so.',
    file: 'painel/packets/decode-dns.ts',
    rfc: ['RFC 1035 §4.1', 'RFC 9112 §2.1'],
  },
  run: {
    pt: 'O painel tem um cliente que se comporta como um navegador: resolve o nome no DNS do laboratório, tenta o próximo endereço quando uma conexão falha e pode guardar respostas e conexões.',
    en: 'The painel has a client that behaves like a browser: it resolves the name at the DNS servers of the lab, tries the next address when a connection fails, and may keep answers and connections.',
    file: 'client/web-client.ts',
  },
  // States
  up: {
    pt: 'O processo está em execução e responde.',
    en: 'The process runs and answers.',
    file: 'painel/map/component-state.ts',
  },
  starting: {
    pt: 'O processo foi iniciado e ainda não está pronto.',
    en: 'The process was started and is not ready yet.',
    file: 'lab/launcher.ts',
  },
  stopped: {
    pt: 'O processo foi desligado de propósito. Conexões novas são recusadas na hora.',
    en: 'The process was stopped on purpose. New connections are refused at once.',
    file: 'lab/launcher.ts',
  },
  died: {
    pt: 'O processo terminou sem um comando do laboratório: foi morto de fora (kill), ou um erro o derrubou. Fica assim até ser ligado de novo.',
    en: 'The process ended without a command of the lab: it was killed from outside (kill), or an error ended it. It stays so until it is started again.',
    file: 'lab/launcher.ts',
  },
  paused: {
    pt: 'O processo está parado (SIGSTOP): não responde nem recusa. Para os outros isso é mais difícil de notar do que um processo morto.',
    en: 'The process is frozen (SIGSTOP): it neither answers nor refuses. For the others this is harder to notice than a dead process.',
    file: 'lab/launcher.ts',
  },
  unreachable: {
    pt: 'O processo existe, mas não responde a tempo.',
    en: 'The process exists but does not answer in time.',
    file: 'painel/map/component-state.ts',
  },
  health: {
    pt: 'Cada frontend verifica cada backend, e cada servidor DNS verifica cada frontend. "UP going down 1/3": uma verificação falhou; depois de três seguidas (nos servidores DNS, duas: "1/2"), o componente sai de uso. "DOWN going up 1/2": uma passou; depois de duas seguidas, ele volta.',
    en: 'Each frontend checks each backend, and each DNS server checks each frontend. "UP going down 1/3": one check failed; after three in a row (two at the DNS servers: "1/2") the component is not used. "DOWN going up 1/2": one passed; after two in a row it is used again.',
    file: 'shared/health.ts',
    term: 'active check',
  },
  // Events
  'client.lookup': {
    pt: 'O cliente precisa do endereço de um nome. Ele pergunta ao servidor DNS, ou usa uma resposta guardada enquanto o TTL não acabou.',
    en: 'The client needs the address of a name. It asks the DNS server, or uses a kept answer while its TTL lasts.',
    file: 'client/resolver/stub-resolver.ts',
    term: 'stub resolver',
    rfc: ['RFC 1034 §5.3.1'],
  },
  'client.address': {
    pt: 'O cliente usa o primeiro endereço da resposta. Por isso a ordem dos endereços decide qual frontend recebe a requisição.',
    en: 'The client uses the first address of the answer. So the order of the addresses decides which frontend gets the request.',
    file: 'client/web-client.ts',
    term: 'round robin (DNS)',
    rfc: ['RFC 1794 §2'],
  },
  'client.connected': {
    pt: 'A conexão TCP está aberta. A porta local identifica esta conexão entre todas.',
    en: 'The TCP connection is open. The local port identifies this connection among all others.',
    file: 'client/http/connection.ts',
    rfc: ['RFC 9293 §3.5'],
  },
  'client.failure': {
    pt: 'A tentativa falhou. Se a conexão nem abriu, o cliente pode tentar o próximo endereço, porque nada foi enviado.',
    en: 'The attempt failed. If the connection did not even open, the client may try the next address, because nothing was sent.',
    file: 'client/http/retry.ts',
    rfc: ['RFC 9110 §9.2.2'],
  },
  'client.response': {
    pt: 'A resposta chegou ao cliente. X-Served-By diz quais máquinas a fizeram.',
    en: 'The response has reached the client. X-Served-By says which machines made it.',
    file: 'client/web-client.ts',
  },
  'dns.query': {
    pt: 'O servidor DNS respondeu com autoridade, a partir da sua zona. A cada resposta a lista de endereços começa pelo próximo (rodízio).',
    en: 'The DNS server answered from its own zone, with authority. In each answer the list of addresses begins with the next one (rotation).',
    file: 'dns-server/server/respond.ts',
    term: 'authoritative server',
    rfc: ['RFC 1034 §4.3.2'],
  },
  'edge.received': {
    pt: 'O frontend leu o cabeçalho inteiro da requisição. Só agora ele pode decidir para onde ela vai.',
    en: 'The frontend has read the whole head of the request. Only now can it decide where the request goes.',
    file: 'edge-proxy/downstream/request-reader.ts',
    rfc: ['RFC 9112 §3'],
  },
  'edge.pick': {
    pt: 'O frontend escolheu um backend: o próximo da vez entre os que estão disponíveis. A frase diz quem ficou de fora e por quê.',
    en: 'The frontend chose a backend: the next in turn among the available ones. The sentence names those that were skipped, and why.',
    file: 'edge-proxy/balance/balancer.ts',
  },
  'edge.connected': {
    pt: 'Há uma conexão com o backend: uma nova, ou uma que ficou aberta de uma requisição anterior.',
    en: 'There is a connection to the backend: a new one, or one that stayed open after an earlier request.',
    file: 'edge-proxy/upstream/pool.ts',
    rfc: ['RFC 9112 §9.3'],
  },
  'edge.sent': {
    pt: 'Um proxy não repassa os mesmos bytes: ele escreve outro cabeçalho. A visão do pacote mostra o que aconteceu com cada campo.',
    en: 'A proxy does not pass on the same octets: it writes another head. The packet view shows what happened to each field.',
    file: 'edge-proxy/forwarding/request.ts',
    rfc: ['RFC 9110 §7.6'],
  },
  'edge.first-octet': {
    pt: 'O backend começou a responder. A partir do primeiro byte enviado ao cliente não há mais nova tentativa.',
    en: 'The backend began to answer. After the first octet has been sent to the client there is no further attempt.',
    file: 'edge-proxy/forwarding/response.ts',
    rfc: ['RFC 9112 §4'],
  },
  'edge.attempt-failed': {
    pt: 'A tentativa neste backend falhou. Se repetir for seguro, o frontend tenta outro, e o cliente nem percebe.',
    en: 'The attempt at this backend failed. If a repetition is safe, the frontend tries another one, and the client does not notice.',
    file: 'edge-proxy/failures.ts',
    rfc: ['RFC 9110 §9.2.2'],
  },
  'edge.request': {
    pt: 'O frontend entregou a resposta ao cliente.',
    en: 'The frontend delivered the response to the client.',
    file: 'edge-proxy/forwarding/response.ts',
  },
  'edge.fault': {
    pt: 'Uma falha ligada de propósito agiu sobre esta requisição: o frontend demorou, não respondeu, respondeu com erro ou fechou a conexão.',
    en: 'A fault caused on purpose acted on this request: the frontend was slow, did not answer, answered with an error, or closed the connection.',
    file: 'shared/faults.ts',
  },
  'backend.fault': {
    pt: 'Uma falha ligada de propósito agiu sobre esta requisição: o backend demorou, não respondeu, respondeu com erro ou fechou a conexão.',
    en: 'A fault caused on purpose acted on this request: the backend was slow, did not answer, answered with an error, or closed the connection.',
    file: 'shared/faults.ts',
  },
  'edge.local': {
    pt: 'O próprio frontend respondeu: um arquivo da página, ou a sua verificação de saúde.',
    en: 'The frontend itself answered: a file of the page, or its health check.',
    file: 'edge-proxy/static/files.ts',
  },
  'edge.refused': {
    pt: 'A requisição não segue uma regra do HTTP. O frontend a recusa e não a encaminha: adivinhar o que ela quis dizer seria perigoso.',
    en: 'The request breaks a rule of HTTP. The frontend refuses it and does not forward it: guessing its meaning would be dangerous.',
    file: 'edge-proxy/http1/framing-error.ts',
    rfc: ['RFC 9112 §11.2'],
  },
  'backend.received': {
    pt: 'O backend leu o cabeçalho da requisição. X-Request-Id é o mesmo em todos os saltos.',
    en: 'The backend has read the head of the request. X-Request-Id is the same at every hop.',
    file: 'backend/http/server.ts',
  },
  'backend.redis': {
    pt: 'A sessão está no Redis, e não na memória de um backend. Por isso ela continua quando outra máquina responde.',
    en: 'The session is in Redis, not in the memory of one backend. So it lasts when another machine answers.',
    file: 'backend/sessions/sessions.ts',
    term: 'session',
  },
  'backend.mysql': {
    pt: 'Um comando SQL preparado. O evento mostra o texto sem os valores, e quantas linhas foram lidas ou mudadas.',
    en: 'A prepared SQL statement. The event shows its text without the values, and how many rows were read or changed.',
    file: 'backend/mysql/mysql.ts',
  },
  'backend.request': {
    pt: 'O backend terminou a sua parte e enviou a resposta ao frontend.',
    en: 'The backend has done its part and sent the response to the frontend.',
    file: 'backend/http/server.ts',
  },
  'queue.published': {
    pt: 'O broker guardou a mensagem: a requisição pode ser respondida, e o trabalho continua depois. O X-Request-Id viaja dentro da mensagem.',
    en: 'The broker has stored the message: the request can be answered, and the work continues later. X-Request-Id travels in the message.',
    file: 'backend/queue/redis-streams.ts',
  },
  'queue.delivered': {
    pt: 'Um consumidor do grupo recebeu a mensagem. Se ele morrer antes de confirmar, ela é entregue de novo.',
    en: 'A consumer of the group has received the message. If it dies before the acknowledgement, the message is delivered again.',
    file: 'backend/queue/consume.ts',
  },
  'queue.handled': {
    pt: 'O efeito foi feito e a mensagem confirmada, ou ela espera uma nova tentativa. O id da mensagem fica gravado na mesma transação do efeito: por isso uma segunda entrega não faz nada.',
    en: 'The effect was made and the message acknowledged, or it waits for another try. The id of the message is recorded in the transaction of the effect, so a second delivery does nothing.',
    file: 'backend/queue/once.ts',
  },
  'cadastro.state': {
    pt: 'O estado de um cadastro mudou no MySQL. A mensagem seguinte foi gravada na mesma transação (outbox): uma não existe sem a outra.',
    en: 'The state of a sign-up has changed in MySQL. The next message was stored in the same transaction (outbox): one does not exist without the other.',
    file: 'apps/cadastro/sign-ups.ts',
  },
  'cadastro.decided': {
    pt: 'A decisão é outra requisição, de quem administra. Ela aparece aqui porque o cadastro guarda o X-Request-Id da requisição que o enviou.',
    en: 'The decision is another request, made by the admin. It is shown here because the sign-up keeps the X-Request-Id of the request that sent it.',
    file: 'apps/cadastro/routes/decisions.ts',
  },
  // Packet
  pointer: {
    pt: 'Em vez de repetir um nome, a mensagem aponta para o lugar onde ele já foi escrito: dois bytes que começam com os bits 11.',
    en: 'Instead of repeating a name, the message points to the place where it was already written: two octets that begin with the bits 11.',
    file: 'dns-server/wire/name.ts',
    term: 'compression pointer',
    rfc: ['RFC 1035 §4.1.4'],
  },
  ttl: {
    pt: 'Por quantos segundos a resposta pode ficar em um cache. Enquanto isso, o rodízio não é visto.',
    en: 'For how many seconds the answer may stay in a cache. Meanwhile the rotation cannot be seen.',
    file: 'client/resolver/answer-cache.ts',
    term: 'TTL',
    rfc: ['RFC 1035 §3.2.1'],
  },
  fates: {
    pt: 'Mantido: igual dos dois lados. Acrescentado: só sai do proxy. Trocado: sai com outro valor. Removido: não é encaminhado.',
    en: 'Kept: the same on both sides. Added: only in what the proxy sends. Replaced: sent with another value. Removed: not forwarded.',
    file: 'edge-proxy/watch/field-verdicts.ts',
    rfc: ['RFC 9110 §7.6.1'],
  },
  // Client
  rotation: {
    pt: 'O rodízio do DNS escolhe o frontend; cada frontend faz o seu próprio rodízio de backends. Os frontends não trocam informação sobre o rodízio: três contadores separados não dão uma ordem só.',
    en: 'The rotation of DNS chooses the frontend; each frontend has its own rotation of backends. The frontends exchange nothing about their rotations: three separate counters do not give one order.',
    file: 'edge-proxy/balance/round-robin.ts',
    term: 'round robin (DNS)',
  },
  caches: {
    pt: 'Um navegador comum não mostra o rodízio do DNS: o sistema guarda a resposta, o navegador guarda a resposta, e a conexão aberta é reaproveitada.',
    en: 'An ordinary browser does not show the rotation of DNS: the system keeps the answer, the browser keeps the answer, and an open connection is used again.',
    file: 'client/resolver/answer-cache.ts',
    term: 'TTL',
    rfc: ['RFC 1035 §3.2.1', 'RFC 9112 §9.3'],
  },
}
