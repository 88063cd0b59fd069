/**
 * Gauges: the present state of the server, for `GET /metrics`, beside the counters of metrics.ts.
 *
 * Read beside: metrics.ts
 * Pure: values in, lines of a registry out, computed for each `GET /metrics`.
 */
import { Gauge, type Registry } from 'prom-client'
import { formatName } from '../wire/name-text.ts'
import type { Zones } from '../zone/zone.ts'

export interface Gauged {
  readonly zones: Zones
  readonly frontends: () => readonly { readonly name: string; readonly healthy: boolean }[]
  readonly connections: () => number
}

export function registerGauges(registry: Registry, { zones, frontends, connections }: Gauged): void {
  const registers = [registry]
  new Gauge({
    name: 'dns_zone_serial',
    help: 'Serial of each zone that is served',
    labelNames: ['zone'],
    registers,
    collect() {
      this.reset()
      for (const { origin, serial } of zones) this.set({ zone: formatName(origin) }, serial)
    },
  })
  new Gauge({
    name: 'dns_frontend_up',
    help: 'Whether the health checks find a frontend up (1) or down (0)',
    labelNames: ['frontend'],
    registers,
    collect() {
      for (const { name, healthy } of frontends()) this.set({ frontend: name }, healthy ? 1 : 0)
    },
  })
  new Gauge({
    name: 'dns_tcp_connections',
    help: 'TCP connections that are open',
    registers,
    collect() {
      this.set(connections())
    },
  })
}
