/**
 * The events of the message broker. The request id travels in the message, so these hops belong to the journey of the request that caused it.
 *
 * Read beside: #shared/event-kinds.ts, consume.ts and redis-streams.ts (publish them)
 * Pure: types only.
 */
import type { BrokerEngine } from './broker.ts'

declare module '#shared/event-kinds.ts' {
  interface EventKinds {
    /** A message was stored by the broker. `ms`: how long that took. */
    'queue.published': QueueMessageEvent & { readonly ms: number }
    /** A message was given to its handler. `tries`: with this one. `waited`: since the message was made. */
    'queue.delivered': QueueMessageEvent & { readonly group: string; readonly tries: number; readonly waited: number }
    /** The handler has ended. `reason`: why it failed, null when it did not. `ms`: of the handler. */
    'queue.handled': QueueMessageEvent & {
      readonly group: string
      readonly outcome: 'done' | 'retry' | 'wait' | 'dead'
      readonly reason: string | null
      readonly ms: number
    }
  }
}

interface QueueMessageEvent {
  readonly broker: BrokerEngine
  readonly topic: string
  readonly lane: number
  readonly id: string
  readonly type: string
}
