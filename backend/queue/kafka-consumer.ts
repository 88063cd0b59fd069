/**
 * One member of a group in Kafka: it joins, gets partitions, and works on each of them.
 *
 * Kafka itself does what the leases do in the other engine: each partition has one member at a time. When a member joins or leaves, all of
 * them stop, join again, and begin at the committed offsets. So what was handled and not committed comes again.
 *
 * Read beside: kafka-lane.ts (one partition), consume.ts (the work); https://kafka.apache.org/documentation/#design_consumerposition
 * Touches the world: TCP connections to Kafka.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Consumer as GroupMember } from '@platformatic/kafka'
import { describeError } from '#shared/log.ts'
import type { Consumer } from './broker.ts'
import { KafkaLane } from './kafka-lane.ts'
import { clientSettings, closedQuietly, groupIdOf, type KafkaConsumerOptions } from './kafka-options.ts'

/** Milliseconds. A member that is silent for the first is replaced. */
const SESSION = { sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 500 }
const PAUSE_AFTER_ERROR_MS = 500

export class KafkaConsumer implements Consumer {
  readonly #options: KafkaConsumerOptions
  readonly #working = new Map<number, KafkaLane>()
  readonly #end = new AbortController()
  readonly #work: Promise<void>
  /** Whether the partitions are ours: not while the group is being rebalanced. */
  #holds = false

  constructor(options: KafkaConsumerOptions) {
    this.#options = options
    this.#work = this.#run()
  }

  get lanes(): readonly number[] {
    return this.#holds ? [...this.#working.keys()] : []
  }

  async close(): Promise<void> {
    this.#end.abort()
    await this.#work
  }

  /** Joins, and joins again as a new member when the membership has broken. */
  async #run(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      await this.#beMember().catch(error => {
        const { log, topic, group } = this.#options
        if (!signal.aborted) log.warn('the group will be joined again', { topic, group, reason: describeError(error) })
      })
      await pause(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {})
    }
  }

  async #beMember(): Promise<void> {
    const { topic, group, ready } = this.#options
    const { signal } = this.#end
    await ready()
    if (signal.aborted) return // closed meanwhile: no event follows
    const member = new GroupMember({
      ...clientSettings(this.#options),
      groupId: groupIdOf(topic, group),
      ...SESSION,
    })
    // After a heartbeat that has failed (Kafka was down), this client sends no further one, and Kafka removes the member without a message.
    const broken = new Promise<never>((_, reject) => {
      member.on('error', reject)
      member.on('consumer:heartbeat:error', ({ error }) => reject(error))
    })
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const end = () => resolve()
    signal.addEventListener('abort', end)
    member.on('consumer:group:rebalance', () => {
      this.#holds = false
    })
    member.on('consumer:group:join', ({ assignments = [] }) => {
      const lanes = assignments.filter(assignment => assignment.topic === topic).flatMap(({ partitions }) => partitions)
      this.#take(member, lanes)
    })
    try {
      member.topics.trackAll(topic)
      await Promise.race([member.joinGroup(SESSION), broken])
      await Promise.race([ended, broken])
    } finally {
      signal.removeEventListener('abort', end)
      this.#holds = false
      await Promise.all([...this.#working.values()].map(lane => lane.close()))
      this.#working.clear()
      broken.catch(() => {}) // after the end of this membership its errors mean nothing
      await closedQuietly(member.leaveGroup(true))
      await closedQuietly(member.close(true))
    }
  }

  #take(member: GroupMember, lanes: readonly number[]): void {
    if (this.#end.signal.aborted) return
    for (const [lane, working] of this.#working) {
      if (lanes.includes(lane)) continue
      this.#working.delete(lane)
      void working.close()
    }
    for (const lane of lanes) {
      if (!this.#working.has(lane)) {
        this.#working.set(lane, new KafkaLane(this.#options, lane, member, () => this.#holds))
      }
    }
    this.#holds = true
  }
}
