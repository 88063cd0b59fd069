/**
 * The access API of the sign-up: `ADDRESS=127.20.0.40 node apps/cadastro/acesso/main.ts`.
 *
 * Read beside: ../README.md, ../access-api.ts, backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis, MySQL and the broker.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../../backend/config.ts'
import { serveApplication } from '../../../backend/serve.ts'
import { accessApi } from '../access-api.ts'

const PROCESS = processOfApplication('cadastro', 'acesso', 'Acesso')

await run('acesso', life => serveApplication(life, readConfig(process.env, PROCESS), accessApi))
