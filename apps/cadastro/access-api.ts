/**
 * The access API: all routes of `cadastro.meutrabalho.com.br`.
 *
 * Read beside: README.md, routes/, orchestrator.ts and review.ts (the other two programs)
 * Touches the world: through the routes, and the relay of the outbox.
 */
import { openMessaging, QUEUE_MIGRATIONS } from '../../backend/queue/open-broker.ts'
import { loginRoutes } from '../../backend/routes/login.ts'
import { perfilRoutes } from '../../backend/routes/perfil.ts'
import type { Application, Toolkit } from '../../backend/toolkit.ts'
import { CADASTRO_MIGRATIONS } from './migrations.ts'
import { cadastroOperations } from './operations.ts'
import { Pending } from './pending.ts'
import { decisionRoutes } from './routes/decisions.ts'
import { queueRoutes } from './routes/queues.ts'
import { signUpRoutes } from './routes/sign-ups.ts'
import { TOPICS } from './topics.ts'

export function accessApi(toolkit: Toolkit): Application {
  const messaging = openMessaging(toolkit, TOPICS)
  const pending = new Pending(toolkit.redis)
  messaging.outbox.start()
  return {
    routes: [
      ...loginRoutes(toolkit),
      ...perfilRoutes(toolkit),
      ...signUpRoutes(toolkit, messaging, pending),
      ...decisionRoutes(toolkit, messaging, pending),
      ...queueRoutes(toolkit, messaging),
    ],
    operations: cadastroOperations,
    migrations: [QUEUE_MIGRATIONS, CADASTRO_MIGRATIONS],
    dependencies: messaging.broker.dependency ? [messaging.broker.dependency] : [],
    close: () => messaging.close(),
  }
}
