/**
 * The smallest application on the toolkit, with real MariaDB and Redis: notes ("recados") of the user who is logged in. It has its
 * own table, routes, page, dependency and readiness, and uses the users and sessions of `www`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import Type from 'typebox'
import { Dependency } from './dependency.ts'
import { empty, json } from './http/reply.ts'
import { staticOperation, staticRoutes } from './http/static-files.ts'
import { undocumented } from './openapi/document.ts'
import { loginOperations } from './openapi/operations.ts'
import { loginRoutes } from './routes/login.ts'
import { startBackend } from './testing/backend.ts'
import { Browser } from './testing/browser.ts'
import { startServers } from './testing/servers.ts'
import type { Application, Toolkit } from './toolkit.ts'
import { check } from './validation/check.ts'

const folder = (files: Readonly<Record<string, string>>) => {
  const path = mkdtempSync(join(tmpdir(), 'toolkit-test-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return pathToFileURL(`${path}/`)
}
const migrations = folder({
  '001-notes.sql': `CREATE TABLE notes (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    username VARCHAR(32) NOT NULL,
    text VARCHAR(100) NOT NULL
  ) ENGINE = InnoDB`,
})
const page = folder({ 'index.html': '<!doctype html><title>Recados</title>', 'app.js': 'export {}' })

const NoteSchema = Type.Object({ text: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false })
let printer: 'on' | 'off' = 'on'
let full = false
let closed = false

function notes(toolkit: Toolkit): Application {
  const { mysql, sessions, clock, log } = toolkit
  return {
    routes: [
      ...loginRoutes(toolkit),
      ...staticRoutes(page),
      {
        method: 'POST',
        path: '/recados',
        handle: async context => {
          const { value } = await context.body()
          const { user } = await sessions.require(context.trace, context.cookies)
          const { text } = check(NoteSchema, value)
          const insert = 'INSERT INTO notes (username, text) VALUES (?, ?)'
          const { insertId } = await mysql.transaction(context.trace, statements =>
            statements.change(insert, [user.username, text]),
          )
          return json(201, { id: insertId }, ['Location', `/recados/${insertId}/texto`])
        },
      },
      {
        method: 'GET',
        path: '/recados/:id/texto',
        handle: async ({ trace, cookies, id }) => {
          const { user } = await sessions.require(trace, cookies)
          const select = 'SELECT text FROM notes WHERE id = ? AND username = ?'
          const [note] = await mysql.rows<{ text: string }>(trace, select, [id, user.username])
          return note ? json(200, note) : empty()
        },
      },
      {
        method: 'GET',
        path: '/recados/avisos',
        produces: 'any',
        handle: () => ({
          status: 200,
          headers: ['Content-Type', 'text/event-stream'],
          body: Readable.from(['data: um\n\n', 'data: dois\n\n']),
        }),
      },
    ],
    operations: {
      ...loginOperations,
      'GET /': staticOperation,
      'GET /app.js': staticOperation,
      'POST /recados': {
        summary: 'writes a note',
        session: true,
        body: NoteSchema,
        responses: { 201: { description: 'written', headers: ['Location'] } },
      },
      'GET /recados/:id/texto': { summary: 'one note', session: true, responses: { 200: { description: 'its text' } } },
      'GET /recados/avisos': { summary: 'new notes', responses: { 200: { description: 'server-sent events' } } },
    },
    migrations: { folder: migrations, table: 'notes_migrations' },
    dependencies: [
      new Dependency({
        name: 'printer',
        probe: async () => {
          if (printer === 'off') throw new Error('out of paper')
        },
        clock,
        log,
      }),
    ],
    unready: () => (full ? 'the wall of notes is full' : undefined),
    close: async () => {
      closed = true
    },
  }
}

await startServers(t)
const www = await startBackend(t, 1)
const app = await startBackend(t, 2, { application: notes })
const ana = new Browser()

t.test('a session that began at www is valid at the application, and the other way round', async t => {
  await ana.login(www)
  const { status, headers } = await ana.ask(app, '/recados', { json: { text: 'comprar café' } })
  t.match([status, headers.location], [201, '/recados/1/texto'])
  t.strictSame((await ana.ask(app, '/recados/1/texto')).json, { text: 'comprar café' })
  const bruno = new Browser()
  t.equal((await bruno.login(app, 'bruno')).status, 200)
  t.equal((await bruno.ask(www, '/perfil')).json.user.username, 'bruno')
  t.equal((await bruno.ask(app, '/recados/1/texto')).status, 204, 'a note of another user')
  t.equal((await new Browser().ask(app, '/recados/1/texto')).status, 401)
})

t.test('the application has its own routes and not those of www; errors are the same', async t => {
  t.equal((await ana.ask(app, '/perfil')).status, 404)
  t.equal((await ana.ask(www, '/recados', { json: { text: 'x' } })).status, 404)
  t.match(await ana.ask(app, '/recados', { json: { text: '' } }), {
    status: 400,
    headers: { 'content-type': 'application/problem+json', 'x-served-by': 'backend2' },
    json: { errors: [{ field: 'text' }] },
  })
  t.match(await ana.ask(app, '/recados', { json: { text: 'x' }, headers: { 'sec-fetch-site': 'cross-site' } }), {
    status: 403,
  })
})

t.test('its page is served with a type and a tag, whatever Accept is', async t => {
  const index = await ana.ask(app, '/', { headers: { accept: 'image/png' } })
  t.match(index, { status: 200, text: /Recados/, headers: { 'content-type': 'text/html; charset=utf-8' } })
  t.match((await ana.ask(app, '/app.js')).headers['content-type'], 'text/javascript')
  const tag = String(index.headers.etag)
  t.match(await ana.ask(app, '/', { headers: { 'if-none-match': tag } }), { status: 304, text: '' })
  t.throws(() => staticRoutes(folder({ 'x.exe': '' })), /x\.exe: the type of such a file/)
})

t.test('a stream is sent as it comes: server-sent events', async t => {
  const { status, text, headers } = await ana.ask(app, '/recados/avisos')
  t.match([status, text, headers['content-type']], [200, 'data: um\n\ndata: dois\n\n', 'text/event-stream'])
})

t.test('its dependency is in /status and in the metrics, beside Redis and MySQL', async t => {
  t.match((await ana.ask(app, '/status')).json, { redis: 'up', mysql: 'up', printer: 'up' })
  t.match(await app.admin.metrics.metrics(), /^backend_dependency_up\{dependency="printer"\} 1$/m)
  printer = 'off'
  const down = await startBackend(t, 3, { application: notes })
  t.match((await ana.ask(down, '/status')).json, { printer: 'down', printerTrouble: 'out of paper' })
  t.match(await down.admin.metrics.metrics(), /^backend_dependency_up\{dependency="printer"\} 0$/m)
})

t.test('/healthz is 503 while the application is not ready', async t => {
  t.equal((await ana.ask(app, '/healthz')).status, 200)
  full = true
  t.match(await ana.ask(app, '/healthz'), { status: 503, json: { detail: 'the wall of notes is full' } })
  t.equal((await ana.ask(app, '/livez')).status, 200)
  full = false
})

t.test('/openapi.json describes the routes of the application', async t => {
  t.strictSame(undocumented(app.routes, app.operations), [])
  const { paths } = (await ana.ask(app, '/openapi.json')).json
  t.ok(paths['/recados'].post && paths['/recados/{id}/texto'].get && paths['/status'].get)
  t.notOk(paths['/usuarios'])
})

t.test('close() also closes what the application has opened', async t => {
  const four = await startBackend(t, 3, { application: notes })
  await four.close()
  t.ok(closed)
})
