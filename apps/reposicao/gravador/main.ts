/**
 * The gravador: `ADDRESS=127.20.0.53 node apps/reposicao/gravador/main.ts`.
 *
 * Read beside: gravador.ts, ../README.md, backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis and MySQL.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../../backend/config.ts'
import { serveApplication } from '../../../backend/serve.ts'
import { readRecorderConfig } from './config.ts'
import { gravador } from './gravador.ts'

const PROCESS = processOfApplication('reposicao', 'gravador', 'Gravador')

await run('gravador', life => {
  const pace = readRecorderConfig(process.env)
  return serveApplication(life, readConfig(process.env, PROCESS), toolkit => gravador(toolkit, pace))
})
