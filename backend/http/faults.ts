/**
 * The faults of `POST /faults` in a program on the toolkit: what happens to a request that meets one.
 *
 * Only requests that have a route meet a fault; health checks are such requests. The port of `refuse` is the one at which the
 * server listens.
 *
 * Read beside: server.ts (`faults`: the one place where this plugs in), #shared/faults.ts, #shared/fault.ts (the kinds)
 * Touches the world: resets and closes connections, closes the port, ends the process.
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HTTP_FAULTS } from '#shared/fault-body.ts'
import { Faults } from '#shared/faults.ts'
import type { Log } from '#shared/log.ts'
import { resetAfter } from '#shared/reset-after.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from './reply.ts'
import type { RequestContext } from './request-context.ts'
import type { Route } from './router.ts'
import { BACKLOG, type FaultyRoutes } from './server.ts'

export interface RouteFaultsOptions {
  readonly allowed: boolean
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

export class RouteFaults extends Faults implements FaultyRoutes {
  readonly #clock: Clock
  readonly #events: Events

  constructor({ allowed, clock, events, log }: RouteFaultsOptions) {
    super({ vocabulary: HTTP_FAULTS, allowed, clock })
    this.#clock = clock
    this.#events = events
    this.onChange(() => log.warn('the faults in force have changed', { faults: this.list }))
  }

  /** Handles a request by its route, or by the fault that applies to it. */
  handle(route: Route, context: RequestContext): Reply | Promise<Reply> {
    const { request, caller, trace } = context
    const { socket } = request
    const target = request.url?.split('?', 1)[0] ?? '/'
    const fault = this.metBy({ target, clients: [caller.address, socket.remoteAddress ?? ''] })
    if (fault === undefined) return route.handle(context)
    this.#events.publish('backend.fault', () => ({ client: caller.address, target, fault }), trace.id)
    switch (fault.kind) {
      case 'slow':
        return this.#wait(fault.ms ?? 0).then(() => route.handle(context))
      case 'error':
        throw new Refusal(fault.status ?? 503, 'falha causada de propósito · a fault that was caused on purpose')
      case 'reset':
        resetAfter(socket, fault.octets ?? 0)
        return route.handle(context)
      case 'crash':
        process.kill(process.pid, 'SIGKILL')
        break
      case 'drop':
        socket.destroy()
        break
      default:
        socket.once(
          'close',
          this.hang(() => socket.destroy()),
        )
    }
    return new Promise(() => {}) // never answered
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => this.#clock.after(ms, resolve))
  }

  /** The fault `refuse`: the port and the open connections are closed, and the port is opened again when the fault ends. */
  closePortOf(http: Server): void {
    let closed: AddressInfo | undefined
    this.onChange(() => {
      if (this.refuses && http.listening) {
        closed = http.address() as AddressInfo
        http.close()
        http.closeAllConnections()
      } else if (!this.refuses && closed !== undefined) {
        http.listen({ host: closed.address, port: closed.port, backlog: BACKLOG })
        closed = undefined
      }
    })
  }
}
