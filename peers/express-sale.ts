/**
 * Shell: the ticket sale as it is usually written: Express 5, express-session, connect-redis and mysql2, each as in its README.
 *
 *     RULES=same    the rules of apps/ingressos: the same SQL, the same step in Redis for line and limit, Idempotency-Key
 *     RULES=naive   the first request wins: it reads how many seats are left, and then writes one less; no line, no key
 *
 * Read beside: apps/ingressos/, bench/sale.ts
 * Opens: TCP port 3000 at its address; connects to Redis and MySQL.
 */
import { once } from 'node:events'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createPool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { createClient } from 'redis'
import { run } from '#shared/lifecycle.ts'
import { oneOf } from '#shared/settings.ts'
import { LINE_SCRIPT, RESERVED_SCRIPT } from '../apps/ingressos/line/line-script.ts'
import { LINE_RULES } from '../apps/ingressos/line/waiting-line.ts'
import { readConfig } from '../backend/config.ts'
import { SECRET } from './express-session-cookie.ts'

declare module 'express-session' {
  interface SessionData {
    buyer: number
  }
}

const NOW = 'UTC_TIMESTAMP(3)'

await run('express-sale', async ({ log, onStop }) => {
  const { who, redisUrl, mysqlUrl } = readConfig(process.env)
  const rules = oneOf(process.env, 'RULES', ['same', 'naive'], 'same')
  const redis = await createClient({ url: redisUrl })
    .on('error', error => log.warn('redis', { why: String(error) }))
    .connect()
  const mysql = createPool({ uri: mysqlUrl.href, connectionLimit: 8, timezone: 'Z' })
  const script = await redis.scriptLoad(LINE_SCRIPT)
  const reservedScript = await redis.scriptLoad(RESERVED_SCRIPT)

  const app = express()
  app.use(express.json())
  app.use(
    session({
      name: 'sid',
      store: new RedisStore({ client: redis }),
      secret: SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', maxAge: 30 * 60_000 },
    }),
  )
  app.get('/healthz', (_, response) => void response.json({ name: who.host.name }))
  app.use((request, response, next) => {
    if (request.session.buyer === undefined) response.status(401).json({ status: 401 })
    else next()
  })

  const lineNames = (event: number) =>
    ['line', 'seen', 'admitted', 'claims', 'state'].map(name => `ingressos:${event}:${name}`)

  async function step(what: string, user: number, event: number, key: string): Promise<(string | number)[]> {
    const { claimMs, admissionMs, absentMs } = LINE_RULES
    const values = [what, user, '', 60, 10, 15_000, 100_000, 1_000_000, claimMs, admissionMs, absentMs]
    const keys = [`ingressos:bucket:${user}`, `ingressos:busy:${user}:${key}`, ...lineNames(event)]
    return (await redis.evalSha(script, { keys, arguments: values.map(String) })) as (string | number)[]
  }

  /** One transaction; with the same key again, its first response. */
  async function once201(
    request: express.Request,
    response: express.Response,
    work: (connection: PoolConnection, user: number) => Promise<object | number>,
  ) {
    const user = request.session.buyer as number
    const key = request.get('Idempotency-Key') ?? ''
    const select = 'SELECT body FROM ingressos_responses WHERE user_id = ? AND idempotency_key = ?'
    const connection = await mysql.getConnection()
    try {
      await connection.beginTransaction()
      const result = await work(connection, user)
      if (typeof result === 'number') {
        await connection.rollback()
        return void response.status(result).json({ status: result, esgotado: result === 409 })
      }
      await connection.execute(
        `INSERT INTO ingressos_responses (user_id, idempotency_key, request, location, body, created_at) VALUES (?, ?, '', '', ?, ${NOW})`,
        [user, key, JSON.stringify(result)],
      )
      await connection.commit()
      response.status(201).json(result)
    } catch (error) {
      await connection.rollback()
      if ((error as { code?: string }).code !== 'ER_DUP_ENTRY') throw error
      const [[row]] = await connection.execute<RowDataPacket[]>(select, [user, key])
      response.status(201).type('json').send(row?.body)
    } finally {
      connection.release()
    }
  }

  app.get('/eventos/:id', async (request, response) => {
    const [[event]] = await mysql.execute<RowDataPacket[]>(
      'SELECT id, name AS nome, total, available AS disponiveis, total - available AS vendidos FROM ingressos_events WHERE id = ?',
      [request.params.id],
    )
    response.json(event)
  })
  app.post('/eventos/:id/fila', async (request, response) => {
    if (rules === 'naive') return void response.json({ posicao: 1, admitido: true })
    const reply = await step('join', request.session.buyer as number, Number(request.params.id), '')
    if (reply[0] === 'limited') return void response.status(429).json({ status: 429 })
    response.json({ posicao: reply[2], admitido: reply[3] === 1 })
  })
  app.post('/eventos/:id/reservas', async (request, response) => {
    const event = Number(request.params.id)
    const { quantidade } = request.body
    if (![1, 2, 3, 4].includes(quantidade)) return void response.status(400).json({ status: 400 })
    if (rules === 'naive') {
      const select = 'SELECT available FROM ingressos_events WHERE id = ?'
      const [[row]] = await mysql.execute<RowDataPacket[]>(select, [event])
      const left = row?.available - quantidade
      if (left < 0) return void response.status(409).json({ status: 409, esgotado: true })
      const insert = `INSERT INTO ingressos_reservations (event_id, user_id, quantity, state, expires_at) VALUES (?, ?, ?, 'reserved', ${NOW} + INTERVAL 120 SECOND)`
      const [{ insertId }] = await mysql.execute<ResultSetHeader>(insert, [
        event,
        request.session.buyer ?? 0,
        quantidade,
      ])
      await mysql.execute('UPDATE ingressos_events SET available = ? WHERE id = ?', [left, event])
      return void response.status(201).json({ id: insertId, quantidade })
    }
    const key = request.get('Idempotency-Key') ?? ''
    const reply = await step('reserve', request.session.buyer as number, event, key)
    if (reply[0] === 'limited') return void response.status(429).json({ status: 429 })
    if (reply[3] !== 1) return void response.status(403).json({ status: 403 })
    await once201(request, response, async (connection, user) => {
      const insert = `INSERT INTO ingressos_reservations (event_id, user_id, quantity, state, expires_at) VALUES (?, ?, ?, 'reserved', ${NOW} + INTERVAL 120 SECOND)`
      const [{ insertId: id }] = await connection.execute<ResultSetHeader>(insert, [event, user, quantidade])
      const select = 'SELECT expires_at AS expiraEm FROM ingressos_reservations WHERE id = ?'
      const [[row]] = await connection.execute<RowDataPacket[]>(select, [id])
      const take = 'UPDATE ingressos_events SET available = available - ? WHERE id = ? AND available >= ?'
      const [{ affectedRows }] = await connection.execute<ResultSetHeader>(take, [quantidade, event, quantidade])
      return affectedRows === 0 ? 409 : { id, quantidade, expiraEm: row?.expiraEm }
    })
    const user = request.session.buyer as number
    const values = ['', String(LINE_RULES.settleMs), String(user)]
    await redis.evalSha(reservedScript, {
      keys: [...lineNames(event), `ingressos:busy:${user}:${key}`],
      arguments: values,
    })
  })
  app.post('/reservas/:id/compra', async (request, response) => {
    const id = Number(request.params.id)
    const key = request.get('Idempotency-Key') ?? ''
    if (rules === 'same') {
      const reply = await step('buy', request.session.buyer as number, 0, key)
      if (reply[0] === 'limited') return void response.status(429).json({ status: 429 })
    }
    await once201(request, response, async (connection, user) => {
      const buy = `UPDATE ingressos_reservations SET state = 'bought' WHERE id = ? AND user_id = ? AND state = 'reserved' AND expires_at > ${NOW}`
      const [{ affectedRows }] = await connection.execute<ResultSetHeader>(buy, [id, user])
      if (affectedRows === 0) return 410
      const select = 'SELECT event_id AS event, quantity FROM ingressos_reservations WHERE id = ?'
      const [[row]] = await connection.execute<RowDataPacket[]>(select, [id])
      const codes = Array.from({ length: row?.quantity }, () => crypto.randomUUID().replaceAll('-', '').slice(0, 16))
      for (const code of codes)
        await connection.execute(
          `INSERT INTO ingressos_tickets (code, reservation_id, event_id, user_id, bought_at) VALUES (?, ?, ?, ?, ${NOW})`,
          [code, id, row?.event, user],
        )
      return { reserva: id, ingressos: codes }
    })
    if (rules === 'same') await redis.del(`ingressos:busy:${request.session.buyer}:${key}`)
  })

  const http = app.listen(who.host.port, who.host.address)
  await once(http, 'listening')
  onStop(async () => {
    http.close()
    http.closeAllConnections()
    await mysql.end()
    redis.destroy()
  })
})
