/**
 * Which file to read first for each kind of component.
 *
 * Read beside: docs/life-of-a-request.md
 * Pure: a host in, paths out.
 */
import type { Host, HostRole } from '#shared/network-map.ts'

const FILES: Partial<Record<HostRole, readonly string[]>> = {
  painel: ['painel/painel.ts'],
  dns: ['dns-server/server/respond.ts', 'dns-server/answer/answer.ts', 'dns-server/answer/order.ts'],
  frontend: ['edge-proxy/exchange/exchange.ts', 'edge-proxy/balance/balancer.ts', 'edge-proxy/balance/retry.ts'],
  backend: ['backend/http/server.ts', 'backend/sessions/sessions.ts'],
  redis: ['backend/redis/redis.ts', 'backend/sessions/sessions.ts'],
  mysql: ['backend/mysql/mysql.ts', 'db/init.sql'],
  socks: ['client/socks/session.ts'],
}

/** Paths from the top of the repository, the most important one first. */
export function filesToRead({ role, application }: Host): readonly string[] {
  return role === 'application' ? [`apps/${application}/README.md`] : (FILES[role] ?? [])
}
