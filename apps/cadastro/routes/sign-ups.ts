/**
 * `/cadastros`: a person signs up and follows the state; an admin lists and searches.
 *
 * Read beside: ../sign-ups.ts (the rows), ../topics.ts (the message), schemas.ts; RFC 9110 §15.3.3 (202)
 * Touches the world: MySQL, Redis, libuv's threads (the hash), and the broker.
 */
import { instantText, json, type Reply } from '../../../backend/http/reply.ts'
import type { RequestContext } from '../../../backend/http/request-context.ts'
import type { Route } from '../../../backend/http/router.ts'
import { objection } from '../../../backend/passwords/policy.ts'
import type { Messaging } from '../../../backend/queue/open-broker.ts'
import { Refusal } from '../../../backend/refusal.ts'
import type { Toolkit } from '../../../backend/toolkit.ts'
import type { Trace } from '../../../backend/trace.ts'
import { check, checkQuery } from '../../../backend/validation/check.ts'
import type { Pending } from '../pending.ts'
import { searchExpression, searchSignUps } from '../search-index.ts'
import type { SignUp } from '../sign-up.ts'
import type {} from '../sign-up-events.ts'
import { findSignUp, insertSignUp } from '../sign-ups.ts'
import { messageAbout, SIGN_UP_ID } from '../topics.ts'
import { requireAdmin } from './admin.ts'
import { ListQuerySchema, NewSignUpSchema } from './schemas.ts'

export function signUpRoutes(toolkit: Toolkit, messaging: Messaging, pending: Pending): Route[] {
  const { mysql, hasher, clock, config, events } = toolkit
  const { broker, outbox } = messaging

  /** 202: the row and the message are committed. What follows happens without this request. */
  async function signUp(context: RequestContext): Promise<Reply> {
    const { trace } = context
    const { username, nome: name, email, password } = check(NewSignUpSchema, (await context.body()).value)
    const why = await objection(password, username)
    if (why !== undefined) throw new Refusal(422, `password: ${why}`, { members: { field: 'password' } })
    const hash = await hasher.hash(password, trace)
    const id = await mysql.transaction(trace, async statements => {
      const row = { username, name, email: email.toLowerCase(), password: hash }
      const id = await insertSignUp(statements, row, config.who.host.name, trace.id)
      await outbox.add(statements, 'cadastros', messageAbout('cadastro.recebido', id, trace.id, clock.epoch()))
      return id
    })
    outbox.wake()
    events.publish('cadastro.state', () => ({ id, state: 'recebido' }), trace.id)
    return json(202, { id, estado: 'recebido' }, ['Location', `/cadastros/${id}`])
  }

  async function follow({ trace, id }: RequestContext): Promise<Reply> {
    const signUp = await findSignUp(mysql, trace, id)
    const waits = signUp.state === 'recebido' ? { espera: await placeOf(trace, id) } : {}
    return json(200, { ...describeSignUp(signUp), ...waits })
  }

  /** Where a sign-up waits. The orchestrator has handled it when it is in the index. */
  async function placeOf(trace: Trace, id: string) {
    const rows = await mysql.rows(trace, 'SELECT signup_id FROM cadastro_search WHERE signup_id = ?', [id])
    const [fila, grupo] = rows.length === 0 ? ['cadastros', 'orquestrador'] : ['analise', 'analise']
    const counts = (await broker.counts(trace)).find(({ topic }) => topic === fila)
    return { fila, grupo, consumidores: counts?.groups.find(({ group }) => group === grupo)?.consumers ?? [] }
  }

  async function list(context: RequestContext): Promise<Reply> {
    const { trace } = context
    await requireAdmin(toolkit, context)
    const { estado, busca, apos } = checkQuery(ListQuerySchema, context.query)
    if ((estado === undefined) === (busca === undefined)) {
      throw new Refusal(400, 'one of the two is needed: ?estado=em-analise or ?busca=TEXT', {
        members: { field: 'estado' },
      })
    }
    return busca === undefined ? listPending(trace, apos) : search(trace, String(busca))
  }

  async function listPending(trace: Trace, after: number): Promise<Reply> {
    const { total, signUps } = await pending.list(trace, after)
    const cadastros = signUps.map(({ id, username, name, email, at }) => {
      return { id, estado: 'em-analise', username, nome: name, email, em: instantText(at) }
    })
    return json(200, { total, cadastros })
  }

  async function search(trace: Trace, text: string): Promise<Reply> {
    const expression = searchExpression(text)
    if (expression === undefined) {
      throw new Refusal(400, 'busca: at least one word of 3 letters or digits is needed', {
        members: { field: 'busca' },
      })
    }
    const found = await searchSignUps(mysql, trace, expression)
    const cadastros = found.map(({ id, state, name, email }) => ({ id, estado: state, nome: name, email }))
    return json(200, { total: cadastros.length, cadastros })
  }

  return [
    { method: 'POST', path: '/cadastros', handle: signUp },
    { method: 'GET', path: '/cadastros', handle: list },
    { method: 'GET', path: '/cadastros/:id', id: SIGN_UP_ID, handle: follow },
  ]
}

export function describeSignUp({ id, state, history }: SignUp) {
  return {
    id,
    estado: state,
    historico: history.map(({ state, at, actor }) => ({ estado: state, em: at.toISOString(), por: actor })),
  }
}
