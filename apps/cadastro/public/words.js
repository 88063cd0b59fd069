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
  placeRead: [
    'A mensagem está em `{fila}`; o processo `{grupo}` está lendo.',
    'The message is in `{fila}`; the process `{grupo}` is reading.',
  ],
  placeUnread: [
    'A mensagem espera em `{fila}`: nenhum processo está lendo. O cadastro continua quando `{grupo}` voltar. Para ligar o processo:',
    'The message waits in `{fila}`: no process is reading. The sign-up goes on when `{grupo}` is back. To start the process:',
  ],
  placeReview: [
    'Na lista dos administradores (no Redis), esperando uma decisão.',
    'In the list of the admins (in Redis), waiting for a decision.',
  ],
  placeApproved: [
    'Aprovado: seus dados estão na tabela `users` do MySQL. Você já pode entrar.',
    'Approved: your data is in the table `users` of MySQL. You can log in now.',
  ],
  placeRefused: ['Recusado: seus dados foram apagados.', 'Refused: your data was deleted.'],
  placeUnknown: [
    'O último cadastro deste navegador não existe mais neste laboratório. Envie outro.',
    'The last sign-up of this browser does not exist in this lab any more. Send another one.',
  ],
  placeNoAnswer: [
    'Não foi possível consultar o cadastro ({status}). O que já foi aceito não se perde. Se a aplicação estiver desligada:',
    'The state of the sign-up could not be read ({status}). What was accepted is not lost. If the application is not running:',
  ],
  mineId: ['Seu cadastro: {id}', 'Your sign-up: {id}'],

  'bad-username': [
    'Usuário: de 2 a 32 caracteres (letras de a a z, números, ponto, sublinhado e hífen); o primeiro é uma letra.',
    'User name: 2 to 32 characters (a to z, digits, dot, underscore and hyphen); the first is a letter.',
  ],
  'bad-nome': ['Nome: de 1 a 100 caracteres visíveis.', 'Name: 1 to 100 visible characters.'],
  'bad-email': ['E-mail: um endereço como nome@exemplo.com.', 'E-mail: an address such as name@example.com.'],
  'bad-password': [
    'Senha: de 8 a 256 caracteres, e difícil de adivinhar: nem uma senha comum, nem uma sequência, nem o nome de usuário.',
    'Password: 8 to 256 characters, and hard to guess: not a common password, not a sequence, not the user name.',
  ],
  'taken-username': [
    'Já existe um cadastro com este nome de usuário, aprovado ou em análise. Escolha outro nome.',
    'There is a sign-up with this user name already, approved or in review. Choose another name.',
  ],
  'taken-email': [
    'Já existe um cadastro com este e-mail, aprovado ou em análise. Use outro e-mail.',
    'There is a sign-up with this e-mail address already, approved or in review. Use another address.',
  ],
  unavailable: [
    'O cadastro não foi aceito agora ({status}). Tente de novo em alguns segundos. Se a aplicação estiver desligada: `npm run lab -- start cadastro`',
    'The sign-up was not accepted now ({status}). Try again in a few seconds. If the application is not running: `npm run lab -- start cadastro`',
  ],

  admin: ['Você entrou como administrador', 'You are logged in as administrator'],
  aluno: ['Você entrou como aluno', 'You are logged in as student'],
  wrongLogin: ['Usuário ou senha incorretos.', 'User name or password is wrong.'],
  throttled: [
    'Tentativas demais em pouco tempo. Espere um pouco e tente de novo.',
    'Too many attempts in a short time. Wait a moment and try again.',
  ],
  sessionEnded: ['A sessão terminou. Entre de novo.', 'The session has ended. Log in again.'],
  off: [
    'Isso não foi possível agora ({status}). O processo `acesso`, o Redis ou o MySQL pode estar desligado: `npm run lab -- status`',
    'This is not possible now ({status}). The process `acesso`, Redis or MySQL may be off: `npm run lab -- status`',
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
  foundNone: [
    'Nenhum cadastro em análise. Envie um acima: em instantes ele aparece aqui.',
    'No sign-up is in review. Send one above: it appears here in a moment.',
  ],
  foundNothing: [
    'Nenhum cadastro encontrado. Tente outra palavra, ou deixe a busca vazia.',
    'No sign-up found. Try another word, or leave the search empty.',
  ],
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
  readers: ['processo que lê agora', 'process reading now'],
  noReader: ['nenhum processo', 'no process'],
  letterAbout: [
    '{tipo}, em {fila}, grupo {grupo}, depois de {tentativas} tentativas, {em}',
    '{tipo}, in {fila}, group {grupo}, after {tentativas} tries, {em}',
  ],
  noType: ['mensagem ilegível', 'unreadable message'],
  resend: ['Enviar de novo', 'Send again'],
  resent: ['A mensagem foi enviada de novo.', 'The message was sent again.'],
}

/** @typedef {keyof typeof WORDS} Word */
/** @typedef {'pt-BR' | 'en'} PageLanguage */
