/**
 * What the page shows in each state, and its texts in both languages.
 *
 * Read beside: sale.js, ../public.test.ts
 * Pure: a state in, words out.
 */

/**
 * @typedef {object} SaleState
 * @property {boolean} loggedIn
 * @property {any} event as of GET /eventos/:id
 * @property {{ posicao: number, admitido: boolean, aFrente: number, esperaSegundos: number } | null} standing
 * @property {any} reservation the body of the 201
 * @property {Trouble | null} trouble
 * @property {number} secondsLeft of the reservation
 */

/** @typedef {{ text: SaleText, values: Record<string, string | number> }} Trouble */
/** @typedef {keyof typeof TEXTS} SaleText */
/** @typedef {{ form: 'join' | 'reserve' | 'buy' | null, text: SaleText, values: Record<string, string | number> }} Step */

/** Portuguese, then English. */
const TEXTS = /** @type {const} */ ({
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
    'Esgotado no momento. Lugares reservados que ainda podem voltar à venda: {reserved}.',
    'Sold out at the moment. Reserved seats that may come back: {reserved}.',
  ],
  soldOut: ['Esgotado: todos os ingressos foram vendidos.', 'Sold out: all tickets are sold.'],
  seats: ['{left} de {total} lugares disponíveis', '{left} of {total} seats left'],
  connection: [
    'Sem resposta do servidor. Nada se perde: seu lugar está guardado, e tentar de novo não compra duas vezes. Se a aplicação estiver desligada: npm run lab -- start ingressos',
    'No response from the server. Nothing is lost: your place is kept, and trying again does not buy twice. If the application is not running: npm run lab -- start ingressos',
  ],
  limited: [
    'Requisições demais em pouco tempo: espere alguns segundos.',
    'Too many requests in a short time: wait a few seconds.',
  ],
  servedBy: ['Última resposta de: {path}', 'Last response from: {path}'],
  fewLeft: ['Restam só {left}: escolha uma quantidade menor.', 'Only {left} left: choose a smaller quantity.'],
  wrong: ['Usuário ou senha incorretos.', 'User name or password is wrong.'],
})

/** @param {SaleState} state @returns {Step} */
export function stepOf({ loggedIn, event, standing, reservation, secondsLeft }) {
  const step = (/** @type {Step['form']} */ form, /** @type {SaleText} */ text, values = {}) => ({ form, text, values })
  if (!loggedIn) return step(null, 'logIn')
  if (reservation !== null) {
    if (secondsLeft === 0) return step('join', 'over')
    return step('buy', 'reserved', { quantity: reservation.quantidade, seconds: secondsLeft })
  }
  if (event?.total === event?.vendidos) return step(null, 'soldOut')
  if (event?.disponiveis === 0) return step(null, 'comeBack', { reserved: event.reservados })
  if (standing === null) return step('join', 'join')
  if (standing.admitido) return step('reserve', 'yourTurn')
  return step(null, 'waiting', { position: standing.posicao, seconds: standing.esperaSegundos })
}

/**
 * The trouble that a response shows, for the person; null when there is none.
 *
 * @param {number} status 0 without a response
 * @param {any} body
 * @returns {Trouble | null}
 */
export function troubleIn(status, body) {
  if (status === 429) return { text: 'limited', values: {} }
  if (status === 0 || status >= 500) return { text: 'connection', values: {} }
  if (status === 409 && body?.disponiveis > 0) return { text: 'fewLeft', values: { left: body.disponiveis } }
  return null
}

/**
 * @param {SaleText} name
 * @param {Record<string, string | number>} [values]
 * @returns {[string, string]}
 */
export function textOf(name, values = {}) {
  const fill = (/** @type {string} */ text) => text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ''))
  const [portuguese, english] = TEXTS[name]
  return [fill(portuguese), fill(english)]
}

/** @param {readonly [string, string]} text */
export function bothTexts([portuguese, english]) {
  return [
    { lang: 'pt-BR', words: portuguese },
    { lang: 'en', words: english },
  ]
}
