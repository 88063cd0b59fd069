/**
 * The auth API of reposicao: `ADDRESS=127.20.0.50 node apps/reposicao/auth/main.ts`.
 *
 * Read beside: auth.ts, ../README.md, backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis and MySQL.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../../backend/config.ts'
import { serveApplication } from '../../../backend/serve.ts'
import { auth } from './auth.ts'

const PROCESS = processOfApplication('reposicao', 'auth', 'Auth')

await run('auth', life => serveApplication(life, readConfig(process.env, PROCESS), auth))
