/**
 * The faults of `POST /faults` in the DNS server: what happens to a query that meets one.
 *
 * `hang` and `drop` differ only over TCP: a hanging connection stays open until its idle limit, a dropped one is closed. Over UDP
 * both are a query without a response.
 *
 * Read beside: ../main.ts (where this plugs in), handlers.ts (the answer without a fault), #shared/faults.ts, #shared/fault.ts (the kinds)
 * Touches the world: resets and closes connections, ends the process. The sockets of `refuse` are closed in sockets.ts.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Fault } from '#shared/fault.ts'
import { DNS_FAULTS } from '#shared/fault-body.ts'
import { Faults } from '#shared/faults.ts'
import type { Log } from '#shared/log.ts'
import { resetAfter } from '#shared/reset-after.ts'
import { refusal } from '../answer/answer.ts'
import type { Decider, DnsClient, DnsReply } from '../answer/decider.ts'
import { receive } from '../answer/query.ts'
import { EDE, RCODE } from '../wire/codes.ts'
import { formatName } from '../wire/name-text.ts'
import type { MessageHandlers } from './handlers.ts'
import { messagesOf } from './respond.ts'
import type { SocketHandlers } from './sockets.ts'

export interface DnsFaultsOptions {
  readonly allowed: boolean
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

export class DnsFaults extends Faults {
  readonly #clock: Clock
  readonly #events: Events

  constructor({ allowed, clock, events, log }: DnsFaultsOptions) {
    super({ vocabulary: DNS_FAULTS, allowed, clock })
    this.#clock = clock
    this.#events = events
    this.onChange(() => log.warn('the faults in force have changed', { faults: this.list }))
  }

  /** The handlers of the sockets. While no fault is in force, a message looks at `inForce` alone. */
  around(handlers: MessageHandlers): SocketHandlers {
    return {
      datagram: (octets, client, sendLater) => {
        const fault = this.inForce ? this.#metBy(octets, client) : undefined
        if (fault === undefined) return handlers.datagram(octets, client)
        if (fault.kind !== 'slow') return handlers.answer(octets, client, [deciderFor(fault)]).response
        this.#clock.after(fault.ms ?? 0, () => {
          const response = handlers.datagram(octets, client)
          if (response !== undefined) sendLater(response, client)
        })
        return undefined
      },
      stream: (octets, client, connection) => {
        const fault = this.inForce ? this.#metBy(octets, client) : undefined
        if (fault === undefined) return handlers.stream(octets, client)
        switch (fault.kind) {
          case 'slow': {
            const release = connection.hold()
            this.#clock.after(fault.ms ?? 0, () => release(handlers.stream(octets, client)))
            return []
          }
          case 'reset':
            resetAfter(connection.socket, fault.octets ?? 0)
            return handlers.stream(octets, client)
          case 'drop':
            connection.socket.destroy()
        }
        return messagesOf(handlers.answer(octets, client, [deciderFor(fault)]))
      },
    }
  }

  #metBy(octets: Buffer, client: DnsClient): Fault | undefined {
    const received = receive(octets)
    if (received.kind === 'silent') return undefined
    const { question } = received.query
    const target = question === undefined ? '' : formatName(question.name)
    const { address, transport } = client
    const fault = this.metBy({ target, clients: [address], datagram: transport === 'udp' })
    if (fault === undefined) return undefined
    this.#events.publish('dns.fault', () => ({ client: address, target, fault }))
    if (fault.kind === 'crash') process.kill(process.pid, 'SIGKILL')
    return fault
  }
}

/** Decides in place of all others: an error, or no response. */
function deciderFor({ kind, rcode }: Fault): Decider {
  const why = `falha causada de propósito · a fault that was caused on purpose: ${kind}`
  const code = RCODE[(rcode ?? 'SERVFAIL') as keyof typeof RCODE]
  const reply: DnsReply = kind === 'error' ? refusal(code, { code: EDE.OTHER, text: why }) : { silence: why }
  return { name: 'a fault', when: () => true, decide: () => reply }
}
