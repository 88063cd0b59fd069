/**
 * The application of `www`: logging in and out, the profile, and the users.
 *
 * Read beside: toolkit.ts, routes/
 * Pure: puts routes together.
 */
import { loginOperations, profileOperations, userOperations } from './openapi/operations.ts'
import { loginRoutes } from './routes/login.ts'
import { perfilRoutes } from './routes/perfil.ts'
import { sessoesRoutes } from './routes/sessoes.ts'
import { usuariosRoutes } from './routes/usuarios.ts'
import type { Application, Toolkit } from './toolkit.ts'

export function accounts(toolkit: Toolkit): Application {
  return {
    routes: [...perfilRoutes(toolkit), ...loginRoutes(toolkit), ...sessoesRoutes(toolkit), ...usuariosRoutes(toolkit)],
    operations: { ...profileOperations, ...loginOperations, ...userOperations },
  }
}
