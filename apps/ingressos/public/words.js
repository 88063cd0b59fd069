/**
 * What the page says while it runs, in Portuguese with English beside it. Texts that never change are in index.html.
 *
 * Read beside: say.js (which fills values in)
 * Pure: a table.
 */

export const WORDS = {
  title: ['ingressos.meutrabalho.com.br · venda de ingressos', 'ingressos.meutrabalho.com.br · ticket sale'],

  logIn: ['Entre para comprar.', 'Log in to buy.'],
  join: ['Entre na fila: o seu lugar fica guardado.', 'Join the line: your place is kept.'],
  waiting: [
    'Você é o número {position} da fila. Espera: cerca de {seconds} s. Se a conexão cair, o lugar fica guardado por 2 minutos.',
    'You are number {position} in the line. About {seconds} s to wait. If the connection breaks, your place is kept for 2 minutes.',
  ],
  yourTurn: ['É a sua vez. Escolha quantos lugares.', 'It is your turn. Choose how many seats.'],
  reserved: [
    'Lugares reservados para você: {quantity}. Para comprar, restam {seconds} s.',
    'Seats reserved for you: {quantity}. Time left to buy: {seconds} s.',
  ],
  over: [
    'O tempo da reserva acabou, e os lugares voltaram à venda. Para tentar de novo, entre na fila.',
    'The time of the reservation is over, and its seats are for sale again. To try again, join the line.',
  ],
  comeBack: [
    'Esgotado no momento. Lugares reservados que ainda podem voltar à venda: {reserved}. Esta página mostra quando voltarem.',
    'Sold out at the moment. Reserved seats that may come back: {reserved}. This page shows when they do.',
  ],
  soldOut: ['Esgotado: todos os ingressos foram vendidos.', 'Sold out: all tickets are sold.'],

  seats: ['{left} de {total} lugares disponíveis', '{left} of {total} seats left'],
  noSeats: ['esgotado', 'sold out'],
  noEvents: [
    'Nenhum evento está à venda. Um administrador (`ana`) cria um: `POST /eventos` com `{"nome":"Show","total":50}`. Depois, ele aparece aqui.',
    'No event is for sale. An administrator (`ana`) creates one: `POST /eventos` with `{"nome":"Show","total":50}`. Then it appears here.',
  ],
  noList: [
    'A lista de eventos ainda não chegou. Esta página tenta de novo a cada 2 segundos.',
    'The list of events has not arrived yet. This page tries again every 2 seconds.',
  ],

  connection: [
    'Sem resposta do servidor. Nada se perde: seu lugar está guardado, e tentar de novo não compra duas vezes. Se a aplicação estiver desligada: `npm run lab -- start ingressos`',
    'No response from the server. Nothing is lost: your place is kept, and trying again does not buy twice. If the application is not running: `npm run lab -- start ingressos`',
  ],
  unavailable: [
    'A venda não pode atender agora (status {status}): falta um servidor, o Redis ou o MySQL. Nada se perde: seu lugar está guardado, e tentar de novo não compra duas vezes. Veja o que está desligado: `npm run lab -- status`',
    'The sale cannot answer now (status {status}): a server, Redis or MySQL is missing. Nothing is lost: your place is kept, and trying again does not buy twice. See what is off: `npm run lab -- status`',
  ],
  limited: [
    'Requisições demais em pouco tempo: espere alguns segundos.',
    'Too many requests in a short time: wait a few seconds.',
  ],
  fewLeft: ['Restam só {left}: escolha uma quantidade menor.', 'Only {left} left: choose a smaller quantity.'],
  wrong: ['Usuário ou senha incorretos.', 'User name or password is wrong.'],
  servedBy: ['Última resposta de: {path}', 'Last response from: {path}'],
}

/** @typedef {keyof typeof WORDS} SaleText */
