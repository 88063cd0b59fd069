/**
 * What the page says while it runs, in Portuguese with English beside it. Texts that never change are in index.html.
 *
 * Read beside: say.js (which fills values in)
 * Pure: a table.
 */

export const WORDS = {
  title: [
    'cadastro.meutrabalho.com.br · cadastro com aprovação',
    'cadastro.meutrabalho.com.br · sign-up with approval',
  ],

  recebido: ['recebido', 'received'],
  'em-analise': ['em análise', 'in review'],
  aprovado: ['aprovado', 'approved'],
  recusado: ['recusado', 'refused'],
  decisao: ['decisão', 'decision'],
  step: ['{em} · {por}', '{em} · {por}'],

  placeNone: [
    'Nenhum cadastro foi enviado por este navegador. Envie um, e veja aqui por onde ele passa.',
    'No sign-up was sent by this browser. Send one, and see here where it goes.',
  ],
  placeRead: ['Na fila {fila}, lida por {grupo}.', 'In the queue {fila}, which {grupo} is reading.'],
  placeUnread: [
    'Espera na fila {fila}: nenhum processo está lendo essa fila. O cadastro continua quando {grupo} voltar. Para ligar o processo:',
    'Waits in the queue {fila}: no process is reading this queue. The sign-up goes on when {grupo} is back. To start the process:',
  ],
  placeReview: [
    'Na lista de quem administra (no Redis), esperando uma decisão.',
    'In the list of the admins (in Redis), waiting for a decision.',
  ],
  placeApproved: [
    'Aprovado: seus dados estão na tabela users do MySQL. Você já pode entrar.',
    'Approved: your data is in the table users of MySQL. You can log in now.',
  ],
  placeRefused: ['Recusado: seus dados foram apagados.', 'Refused: your data was deleted.'],
  placeUnknown: [
    'O último cadastro deste navegador não existe mais neste laboratório.',
    'The last sign-up of this browser does not exist in this lab any more.',
  ],
  placeNoAnswer: [
    'O processo acesso não respondeu ({status}). O que já foi aceito não se perde. Para ligar a aplicação:',
    'The process acesso did not answer ({status}). What was accepted is not lost. To start the application:',
  ],
  mineId: ['Seu cadastro: {id}', 'Your sign-up: {id}'],

  'bad-username': [
    'Nome de usuário: de 2 a 32 caracteres: letras de a a z, números, ponto, sublinhado e hífen; o primeiro é uma letra.',
    'User name: 2 to 32 characters: a to z, digits, dot, underscore and hyphen; the first is a letter.',
  ],
  'bad-nome': ['Nome: de 1 a 100 caracteres visíveis.', 'Name: 1 to 100 visible characters.'],
  'bad-email': ['E-mail: um endereço como nome@exemplo.com.', 'E-mail: an address such as name@example.com.'],
  'bad-password': [
    'Senha: de 8 a 256 caracteres, e difícil de adivinhar: nem uma senha comum, nem uma sequência, nem o nome de usuário.',
    'Password: 8 to 256 characters, and hard to guess: not a common password, not a sequence, not the user name.',
  ],
  'taken-username': [
    'Este nome de usuário já existe, ou está em análise. Escolha outro.',
    'This user name exists already, or is in review. Choose another one.',
  ],
  'taken-email': [
    'Este e-mail já tem um cadastro, ou está em análise.',
    'This e-mail address has a sign-up already, or is in review.',
  ],
  unavailable: [
    'O cadastro não foi aceito agora ({status}). Tente de novo em alguns segundos. Se a aplicação estiver desligada: npm run lab -- start cadastro',
    'The sign-up was not accepted now ({status}). Try again in a few seconds. If the application is not running: npm run lab -- start cadastro',
  ],

  admin: ['administrador', 'administrator'],
  aluno: ['aluno', 'student'],
  wrongLogin: ['Usuário ou senha incorretos.', 'Wrong user name or password.'],
  throttled: ['Tentativas demais. Espere um pouco.', 'Too many attempts. Wait a moment.'],
  sessionEnded: ['A sessão terminou. Entre de novo.', 'The session has ended. Log in again.'],
  off: [
    'Isso não foi possível agora ({status}). O processo acesso, o Redis ou o MySQL pode estar desligado.',
    'This is not possible now ({status}). The process acesso, Redis or MySQL may be off.',
  ],
  // How a response is named in the sentences above.
  status: ['status {status}', 'status {status}'],
  noResponse: ['sem resposta', 'no response'],
  otherDecision: [
    'Este cadastro já teve outra decisão, ou ainda não está em análise.',
    'This sign-up already has the other decision, or is not in review yet.',
  ],
  searchTooShort: [
    'A busca precisa de uma palavra de 3 letras ou mais.',
    'The search needs a word of at least 3 letters.',
  ],
  foundPending: ['{total} em análise.', '{total} in review.'],
  foundFirst: [
    '{total} em análise; aqui estão os {shown} mais antigos.',
    '{total} in review; these are the {shown} oldest.',
  ],
  foundSearch: ['{total} encontrados (no máximo 50).', '{total} found (at most 50).'],
  'do-aprovacao': ['Aprovar', 'Approve'],
  'do-recusa': ['Recusar', 'Refuse'],
  decided: ['{nome}: {estado}', '{nome}: {estado}'],

  broker: ['Broker: {broker}. Na caixa de saída (outbox): {saida}.', 'Broker: {broker}. In the outbox: {saida}.'],
  length: ['guardadas', 'stored'],
  lag: ['não entregues', 'not delivered'],
  pending: ['entregues, sem confirmação', 'delivered, not acknowledged'],
  readers: ['lida agora por', 'read now by'],
  noReader: ['nenhum processo', 'no process'],
  letterAbout: [
    '{tipo}, na fila {fila}, grupo {grupo}, depois de {tentativas} tentativas, {em}',
    '{tipo}, in the queue {fila}, group {grupo}, after {tentativas} tries, {em}',
  ],
  noType: ['mensagem ilegível', 'unreadable message'],
  resend: ['Enviar de novo', 'Send again'],
  resent: ['A mensagem foi enviada de novo.', 'The message was sent again.'],
}

/** @typedef {keyof typeof WORDS} Word */
/** @typedef {'pt-BR' | 'en'} PageLanguage */
