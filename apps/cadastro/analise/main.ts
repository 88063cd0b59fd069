/**
 * The review queue of the sign-up: `ADDRESS=127.20.0.42 node apps/cadastro/analise/main.ts`.
 *
 * Read beside: ../README.md, ../review.ts, backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis, MySQL and the broker.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../../backend/config.ts'
import { serveApplication } from '../../../backend/serve.ts'
import { review } from '../review.ts'

const PROCESS = processOfApplication('cadastro', 'analise', 'Análise')

await run('analise', life => serveApplication(life, readConfig(process.env, PROCESS), review))
