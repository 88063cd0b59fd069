/**
 * The edge's numbers for Prometheus, collected when /metrics is read.
 *
 * Read beside: counters.ts, shared/admin.ts (`GET /metrics`), prom-client's `collect`
 * Pure: numbers in, a registry out.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import type { Backend } from '../balance/backend.ts'
import { isBanned } from '../balance/ban.ts'
import type { Edge } from '../edge.ts'
import type { RateLimits } from '../limits/rate-limits.ts'

/** How the values of several workers become one (../workers/). */
type Summing = 'sum' | 'max'

export function metricsOf(edge: Edge, limits: RateLimits): Registry {
  const registry = new Registry()
  const registers = [registry]
  const { counters } = edge

  const total = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  total('edge_connections_total', 'Connections accepted from clients', () => counters.connections)
  total('edge_crowded_total', 'Connections accepted while MAX_CONNECTIONS were open', () => counters.aboveMaximum)
  total('edge_requests_total', 'Requests read', () => counters.requests)
  total('edge_refused_total', 'Requests refused because they are not valid HTTP', () => counters.refused)
  total('edge_limited_total', 'Requests answered with 429', () => limits.refused)
  total('edge_received_octets_total', 'Octets received from clients', () => counters.octetsIn)
  total('edge_sent_octets_total', 'Octets sent to clients', () => counters.octetsOut)
  new Gauge({
    name: 'edge_connections',
    help: 'Connections from clients, open now',
    registers,
    collect() {
      this.set(edge.connections)
    },
  })
  new Counter({
    name: 'edge_responses_total',
    help: 'Responses sent, by status',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset()
      for (const [status, count] of counters.statuses) this.inc({ status }, count)
    },
  })

  const perBackend = (name: string, help: string, read: (backend: Backend) => number, aggregator: Summing = 'sum') =>
    new Gauge({
      name,
      help,
      aggregator,
      labelNames: ['backend'],
      registers,
      collect() {
        this.reset()
        for (const { backends } of edge.gateway.destinations)
          for (const backend of backends) this.set({ backend: backend.name }, read(backend))
      },
    })
  perBackend('edge_backend_healthy', '1 while the backend is up', backend => (backend.health.healthy ? 1 : 0), 'max')
  perBackend(
    'edge_backend_banned',
    '1 while it gets no requests because others failed',
    backend => (isBanned(backend.ban, edge.clock.now()) ? 1 : 0),
    'max',
  )
  perBackend('edge_backend_active', 'Open exchanges', backend => backend.active)
  perBackend('edge_backend_requests', 'Attempts made since the start', backend => backend.requests)
  perBackend('edge_backend_retries', 'Attempts that went on to another backend', backend => backend.retries)
  perBackend('edge_backend_failures', 'Attempts that failed', backend => backend.failures)
  return registry
}
