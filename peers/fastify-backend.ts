/**
 * Shell: the backend on Fastify with @fastify/session, for comparison; the same store and routes as express-backend.ts.
 *
 * Read beside: backend/app.ts, express-backend.ts; https://fastify.dev, https://github.com/fastify/session
 * Opens: TCP port 3000 at its address; connects to Redis and MySQL.
 */
import fastifyCookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import { RedisStore } from 'connect-redis'
import fastify from 'fastify'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import { createClient } from 'redis'
import { run } from '#shared/lifecycle.ts'
import { readConfig } from '../backend/config.ts'
import { Hasher } from '../backend/passwords/hasher.ts'
import type { User } from '../backend/users/users.ts'

declare module 'fastify' {
  interface Session {
    user?: User
    server?: string
  }
}

await run('fastify', async ({ log, onStop }) => {
  const { who, redisUrl, mysqlUrl } = readConfig(process.env)
  const server = who.serverName
  const redis = await createClient({ url: redisUrl })
    .on('error', error => log.warn('redis', { why: String(error) }))
    .connect()
  const mysql = createPool({ uri: mysqlUrl.href, connectionLimit: 8 })
  const hasher = new Hasher()

  const app = fastify({ trustProxy: true })
  await app.register(fastifyCookie)
  await app.register(fastifySession, {
    cookieName: 'sid',
    // Its README says that it is made for express-session; the README of @fastify/session uses it too.
    store: new RedisStore({ client: redis }) as unknown as fastifySession.SessionStore,
    secret: 'a secret of the lab, thirty-two characters',
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: false, maxAge: 30 * 60_000 },
  })

  app.get('/healthz', async () => ({ name: who.host.name, server }))
  app.get('/status', async () => ({
    server,
    name: who.host.name,
    time: new Date(),
    redis: redis.isReady ? 'up' : 'down',
    mysql: 'up',
  }))
  app.post<{ Body: { username: string; password: string } }>('/login', async (request, reply) => {
    const { username, password } = request.body
    const [[row]] = await mysql.execute<RowDataPacket[]>(
      'SELECT id, username, name, role, password FROM users WHERE username = ?',
      [String(username)],
    )
    const { matches } = await hasher.verify(String(password), row?.password)
    if (!row || !matches) return reply.code(401).send({ title: 'Unauthorized', status: 401 })
    const user: User = { id: row.id, username: row.username, name: row.name, role: row.role }
    await request.session.regenerate()
    request.session.user = user
    request.session.server = server
    return { user, server }
  })
  app.get('/perfil', async (request, reply) => {
    const { user, server: createdBy } = request.session
    if (!user) return reply.code(401).send({ title: 'Unauthorized', status: 401 })
    return { user, server, session: { server: createdBy, expiresAt: request.session.cookie.expires, store: 'redis' } }
  })

  await app.listen({ port: who.host.port, host: who.host.address })
  log.info('listening', { address: who.host.address })
  onStop(async () => {
    await app.close()
    await mysql.end()
    redis.destroy()
  })
})
