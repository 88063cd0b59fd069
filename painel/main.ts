/**
 * The painel: `ADDRESS=127.20.0.2 node painel/main.ts`.
 *
 * Read beside: config.ts (the settings), painel.ts (its parts), routes/
 * Shell: opens TCP ports 80 (HTTP) and 9100 (admin) at its address, and 9000 on 127.0.0.1; connects to every component.
 */
import { once } from 'node:events'
import { Registry } from 'prom-client'
import { openAdmin } from '#shared/admin.ts'
import { alsoListen } from '#shared/also-listen.ts'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { run } from '#shared/lifecycle.ts'
import { createLog } from '#shared/log.ts'
import { closeGently } from '../backend/http/drain.ts'
import { Router } from '../backend/http/router.ts'
import { createHttpServer } from '../backend/http/server.ts'
import { staticRoutes } from '../backend/http/static-files.ts'
import { errorPage } from '../backend/pages/error-page.ts'
import { readConfig } from './config.ts'
import { readLessons, stepsOf } from './lessons/lesson-library.ts'
import { LessonProgress } from './lessons/progress.ts'
import { lessonRoutes } from './lessons/routes.ts'
import { Painel } from './painel.ts'
import { actRoutes } from './routes/act.ts'
import { componentRoutes } from './routes/component.ts'
import { experimentRoutes } from './routes/experiments.ts'
import { faultRoutes } from './routes/faults.ts'
import { onlyFor } from './routes/guard.ts'
import { lookRoutes } from './routes/look.ts'
import { sourceRoutes } from './routes/source.ts'

/** What the painel's page has in common with the pages of the edges. */
const COMMON_FILES = ['colours.css', 'dom.js', 'fill.js', 'language.js', 'storage.js', 'favicon.svg']

await run('painel', async life => {
  const { onStop } = life
  const config = readConfig(process.env)
  const { host } = config
  const log = createLog(host.name)
  const lessons = readLessons()
  const painel = new Painel(config, systemClock, new LessonProgress(stepsOf(lessons)))
  onStop(() => painel.close())

  const routes = [
    ...staticRoutes(new URL('./public/', import.meta.url)),
    ...staticRoutes(new URL('./lessons/public/', import.meta.url)),
    ...staticRoutes(new URL('../edge-proxy/public/', import.meta.url), COMMON_FILES),
    ...lessonRoutes(painel, lessons, config.map),
    ...lookRoutes(painel),
    ...componentRoutes(painel, config),
    ...sourceRoutes(new URL('../', import.meta.url)),
    ...actRoutes(painel, config),
    ...faultRoutes(painel, config),
    ...experimentRoutes(painel, config),
  ]
  const events = new Events(host.name)
  const router = new Router(onlyFor(host, routes))
  /** One server for each place: node:http listens at one address only. */
  const listen = async (address: string, port: number) => {
    const http = createHttpServer({
      name: host.name,
      router,
      trusted: () => false,
      clock: systemClock,
      events,
      log,
      observe: () => {},
      draining: () => false,
      errorPage,
    })
    http.listen(port, address)
    await once(http, 'listening')
    onStop(() => closeGently(http))
  }
  const admin = await openAdmin({
    address: host.address,
    events,
    metrics: new Registry(),
    status: () => ({ name: host.name, following: painel.attention.on, share: painel.share }),
  })
  onStop(() => admin.close())
  await listen(host.address, host.port)
  await alsoListen(config.also, life, listen)
  log.info('listening', { address: `${host.address}:${host.port}`, mayChange: config.mayChange })
})
