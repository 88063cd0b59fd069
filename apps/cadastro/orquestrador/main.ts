/**
 * The orchestrator of the sign-up: `ADDRESS=127.20.0.41 node apps/cadastro/orquestrador/main.ts`.
 *
 * Read beside: ../README.md, ../orchestrator.ts, backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis, MySQL and the broker.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../../backend/config.ts'
import { serveApplication } from '../../../backend/serve.ts'
import { orchestrator } from '../orchestrator.ts'

const PROCESS = processOfApplication('cadastro', 'orquestrador', 'Orquestrador')

await run('orquestrador', life => serveApplication(life, readConfig(process.env, PROCESS), orchestrator))
