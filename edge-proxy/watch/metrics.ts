/**
 * The edge's numbers for Prometheus, collected when they are asked for.
 *
 * Read beside: counters.ts, shared/admin.ts (`GET /metrics`), prom-client's `collect`
 * Pure: numbers in, a registry out.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import type { Edge } from '../edge.ts'

export function metricsOf(edge: Edge): Registry {
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
  total('edge_crowded_total', 'Connections that came when MAX_CONNECTIONS were open', () => counters.crowded)
  total('edge_requests_total', 'Requests read', () => counters.requests)
  total('edge_refused_total', 'Requests refused for breaking the rules of the wire', () => counters.refused)
  total('edge_limited_total', 'Requests refused because their client asked too much', () => edge.limits.refused)
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

  const perBackend = (name: string, help: string, read: (backend: Edge['balancer']['backends'][number]) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['backend'],
      registers,
      collect() {
        this.reset()
        for (const backend of edge.balancer.backends) this.set({ backend: backend.name }, read(backend))
      },
    })
  perBackend('edge_backend_healthy', '1 while the backend is up', backend => (backend.health.healthy ? 1 : 0))
  perBackend('edge_backend_banned', '1 while failed requests keep it out', backend =>
    edge.clock.now() < backend.ban.until ? 1 : 0,
  )
  perBackend('edge_backend_active', 'Exchanges under way', backend => backend.active)
  perBackend('edge_backend_requests', 'Attempts made since the start', backend => backend.requests)
  perBackend('edge_backend_retries', 'Attempts that went on to another backend', backend => backend.retries)
  perBackend('edge_backend_failures', 'Attempts that failed', backend => backend.failures)
  return registry
}
