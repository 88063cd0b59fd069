/**
 * Shell: the usual backend, for comparison: Express 5, express-session, connect-redis and mysql2, each as in its README, with the
 * routes that the benchmark requests.
 *
 * docs/in-bind-nginx-express.md compares its parts with those of backend/.
 *
 * Read beside: backend/app.ts; https://expressjs.com, https://github.com/expressjs/session
 * Opens: TCP port 3000 at its address; connects to Redis and MySQL.
 */
import { once } from 'node:events'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import { createClient } from 'redis'
import { run } from '#shared/lifecycle.ts'
import { readConfig } from '../backend/config.ts'
import { Hasher } from '../backend/passwords/hasher.ts'
import type { User } from '../backend/users/users.ts'

declare module 'express-session' {
  interface SessionData {
    user: User
    server: string
  }
}

await run('express', async ({ log, onStop }) => {
  const { who, redisUrl, mysqlUrl } = readConfig(process.env)
  const server = who.serverName
  const redis = await createClient({ url: redisUrl })
    .on('error', error => log.warn('redis', { why: String(error) }))
    .connect()
  const mysql = createPool({ uri: mysqlUrl.href, connectionLimit: 8 })
  const hasher = new Hasher()

  const app = express()
  app.set('trust proxy', 'loopback')
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))
  app.use(
    session({
      name: 'sid',
      store: new RedisStore({ client: redis }),
      secret: 'a secret of the lab, thirty-two characters',
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', maxAge: 30 * 60_000 },
    }),
  )

  app.get('/healthz', (_, response) => void response.json({ name: who.host.name, server }))
  app.get('/status', (_, response) => {
    response.json({ server, name: who.host.name, time: new Date(), redis: redis.isReady ? 'up' : 'down', mysql: 'up' })
  })
  app.post('/login', async (request, response) => {
    const { username, password } = request.body
    const [[row]] = await mysql.execute<RowDataPacket[]>(
      'SELECT id, username, name, role, password FROM users WHERE username = ?',
      [String(username)],
    )
    const { matches } = await hasher.verify(String(password), row?.password)
    if (!row || !matches) return void response.status(401).json({ title: 'Unauthorized', status: 401 })
    const user: User = { id: row.id, username: row.username, name: row.name, role: row.role }
    request.session.regenerate(error => {
      if (error) return void response.status(503).json({ title: 'Service Unavailable', status: 503 })
      request.session.user = user
      request.session.server = server
      response.json({ user, server })
    })
  })
  app.get('/perfil', (request, response) => {
    const { user, server: createdBy } = request.session
    if (!user) return void response.status(401).json({ title: 'Unauthorized', status: 401 })
    response.json({
      user,
      server,
      session: { server: createdBy, expiresAt: request.session.cookie.expires, store: 'redis' },
    })
  })

  // For the trials of docs/what-is-lost.md: each user may read and rename the own row.
  const own: express.RequestHandler<{ id: string }> = (request, response, next) => {
    const { user } = request.session
    if (!user) return void response.status(401).json({ title: 'Unauthorized', status: 401 })
    if (user.id !== Number(request.params.id))
      return void response.status(403).json({ title: 'Forbidden', status: 403 })
    next()
  }
  const respondWithUser: express.RequestHandler<{ id: string }> = async (request, response) => {
    const [[row]] = await mysql.execute<RowDataPacket[]>('SELECT id, username, name, role FROM users WHERE id = ?', [
      request.params.id,
    ])
    response.json(row)
  }
  app.get('/usuarios/:id', own, respondWithUser)
  app.patch('/usuarios/:id', own, async (request, response, next) => {
    await mysql.execute('UPDATE users SET name = ? WHERE id = ?', [
      String(request.body.name),
      String(request.params.id),
    ])
    await respondWithUser(request, response, next)
  })

  const http = app.listen(who.host.port, who.host.address)
  await once(http, 'listening')
  log.info('listening', { address: who.host.address })
  onStop(async () => {
    http.close()
    http.closeAllConnections()
    await mysql.end()
    redis.destroy()
  })
})
