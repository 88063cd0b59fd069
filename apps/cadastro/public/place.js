/**
 * Where a sign-up is: the steps that it has reached, and a sentence that says what it is waiting for.
 *
 * Read beside: follow.js, ../routes/sign-ups.ts (`GET /cadastros/:id`)
 * Pure: a response in, names of texts out.
 */

/**
 * @typedef {object} SignUpStep
 * @property {string} state   the name of its word
 * @property {string} at      ISO 8601; empty while it is not reached
 * @property {string} by      a host or an admin
 *
 * @typedef {object} SignUpPlace
 * @property {import('./words.js').Word} text
 * @property {Record<string, string | number>} values
 * @property {string} command what starts the missing process; empty when nothing is missing
 * @property {boolean} final  whether nothing further happens
 */

/** @param {any} signUp the body of `GET /cadastros/:id`; undefined when there is none @returns {SignUpStep[]} */
export function stepsOf(signUp) {
  const decision = ['aprovado', 'recusado'].includes(signUp?.estado) ? signUp.estado : 'decisao'
  return ['recebido', 'em-analise', decision].map(state => {
    const reached = signUp?.historico.find((/** @type {any} */ { estado }) => estado === state)
    return { state, at: reached?.em ?? '', by: reached?.por ?? '' }
  })
}

/**
 * @param {string | null} id of the sign-up of this browser
 * @param {{ status: number, body: any }} response to `GET /cadastros/:id`; status 0: none
 * @returns {SignUpPlace}
 */
export function placeOf(id, { status, body }) {
  const place = (
    /** @type {import('./words.js').Word} */ text,
    /** @type {Record<string, string | number>} */ values = {},
    command = '',
  ) => ({
    text,
    values,
    command,
    final: text === 'placeApproved' || text === 'placeRefused' || text === 'placeUnknown',
  })
  if (id === null) return place('placeNone')
  if (status === 404) return place('placeUnknown')
  if (status !== 200) return place('placeNoAnswer', {}, 'npm run lab -- start cadastro')
  switch (body.estado) {
    case 'aprovado':
      return place('placeApproved')
    case 'recusado':
      return place('placeRefused')
    case 'em-analise':
      return place('placeReview')
  }
  const { fila, grupo, consumidores } = body.espera
  return consumidores.length > 0
    ? place('placeRead', { fila, grupo })
    : place('placeUnread', { fila, grupo }, `npm run lab -- start ${grupo}`)
}

/**
 * Which sentence an answer to `POST /cadastros` other than 202 gets, and which field it is about.
 *
 * @param {{ status: number, body: any }} response
 * @returns {{ text: import('./words.js').Word, field: string }}
 */
export function refusalOf({ status, body }) {
  const field = String(body?.field ?? body?.errors?.[0]?.field ?? '')
  const known = ['username', 'nome', 'email', 'password'].includes(field)
  if (status === 409 && (field === 'username' || field === 'email')) return { text: `taken-${field}`, field }
  if ((status === 400 || status === 422) && known) {
    return { text: /** @type {'bad-username'} */ (`bad-${field}`), field }
  }
  return { text: 'unavailable', field: '' }
}
