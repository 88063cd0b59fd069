/**
 * The faults of `POST /faults` at the edge: what happens to a client's request that meets one. Health checks are such requests.
 *
 * Read beside: client-connection.ts (`faults`: the one place where this plugs in), #shared/faults.ts, #shared/fault.ts (the kinds)
 * Touches the world: resets and closes connections, closes the ports, ends the process.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HTTP_FAULTS } from '#shared/fault-body.ts'
import { Faults } from '#shared/faults.ts'
import { inTurn } from '#shared/in-turn.ts'
import type { Log } from '#shared/log.ts'
import { resetAfter } from '#shared/reset-after.ts'
import { reportLocal } from '../watch/reports.ts'
import type { ConnectionFaults, FaultyConnection } from './connection-server.ts'
import { problemResponse } from './local-response.ts'
import type { ReceivedRequest } from './received-request.ts'

export interface EdgeFaultsOptions {
  readonly allowed: boolean
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

/** The edge, as far as its ports are concerned. */
interface WithPorts {
  closePorts(): Promise<void>
  reopenPorts(): Promise<void>
}

export class EdgeFaults extends Faults implements ConnectionFaults {
  readonly #clock: Clock
  readonly #events: Events

  constructor({ allowed, clock, events, log }: EdgeFaultsOptions) {
    super({ vocabulary: HTTP_FAULTS, allowed, clock })
    this.#clock = clock
    this.#events = events
    this.onChange(() => log.warn('the faults in force have changed', { faults: this.list }))
  }

  interrupt(connection: FaultyConnection, request: ReceivedRequest): boolean {
    const target = request.head.path.split('?', 1)[0] ?? ''
    const client = request.clientAddress
    const fault = this.metBy({ target, clients: [client] })
    if (fault === undefined) return false
    this.#events.publish('edge.fault', () => ({ client, target, fault }), request.id)
    const { socket } = connection
    switch (fault.kind) {
      case 'slow':
        this.#clock.after(fault.ms ?? 0, () => socket.destroyed || connection.proceed(request))
        return true
      case 'error': {
        const response = problemResponse(fault.status ?? 503, WHY, { side: 'edge', failure: 'fault' })
        reportLocal(this.#events, request, response)
        connection.respond(request, response)
        return true
      }
      case 'reset':
        if (!fault.octets) connection.cut()
        else resetAfter(socket, fault.octets)
        return !fault.octets
      case 'drop':
        socket.destroy()
        return true
      case 'crash':
        process.kill(process.pid, 'SIGKILL')
        return true
      default:
        // A client that gives up is not waited for, as it is after a half-close: no response will follow.
        socket
          .once('end', () => connection.cut())
          .once(
            'close',
            this.hang(() => connection.cut()),
          )
        return true
    }
  }

  /** The fault `refuse`: the ports and the open connections are closed, and the ports are opened again when the fault ends. */
  closePortsOf(edge: WithPorts): void {
    const oneByOne = inTurn()
    this.onChange(() => {
      const { refuses } = this
      return oneByOne(() => (refuses ? edge.closePorts() : edge.reopenPorts()))
    })
  }
}

const WHY = 'falha causada de propósito · a fault that was caused on purpose'
