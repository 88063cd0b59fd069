/**
 * What the tests of both engines share: two consumers, and ways to publish and to look.
 *
 * Read beside: broker-cases.ts, failure-cases.ts
 * Touches the world: through the broker.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { Unavailable } from '../../refusal.ts'
import type { TopicCounts } from '../broker.ts'
import type { DeadLetter } from '../dead-letters.ts'
import type { Envelope } from '../envelope.ts'
import { messageFor, startMessaging, type TestMessaging, testTrace } from './messaging.ts'

/** The group of all topics but one. */
export const group = 'leitor'

const NAMES =
  'ordem falha morta lixo espera lote dois junto caixa de-novo guarda guarda-outro morte continua claim divide fecha apagada'
const TOPICS = NAMES.split(' ').map(name => ({
  name,
  groups: name === 'dois' || name === 'guarda-outro' ? [group, 'outro'] : [group],
}))

export interface BrokerBench {
  readonly one: TestMessaging
  readonly two: TestMessaging
  publish(topic: string, messages: readonly Envelope[]): Promise<void>
  deadOf(topic: string): Promise<DeadLetter[]>
  countsOf(topic: string): Promise<TopicCounts | undefined>
}

/** @param env the settings that choose the engine */
export async function openBench(t: Test, env: Readonly<Record<string, string>>): Promise<BrokerBench> {
  const one = await startMessaging(t, 1, TOPICS, env)
  const two = await startMessaging(t, 2, TOPICS, env)
  return {
    one,
    two,
    publish: async (topic, messages) => {
      for (const message of messages) await insist(() => one.broker.publish(testTrace, topic, message))
    },
    deadOf: async topic => (await insist(() => one.dead.list(testTrace))).filter(letter => letter.topic === topic),
    countsOf: async topic => (await insist(() => one.broker.counts(testTrace))).find(counts => counts.topic === topic),
  }
}

/** Tries again after a 503: on a busy machine the time-outs of production are short. A message may be published twice then. */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === 50) throw error
      await pause(100)
    }
  }
}

/** Whether a message comes for the first time: one that was published twice is counted once. */
export function firstComes(): (message: Envelope | undefined) => boolean {
  const seen = new Set<string>()
  return message => message !== undefined && !seen.has(message.id) && seen.add(message.id) !== undefined
}

/** For each round a message of each key, with the number of the round as its body. */
export function numbered(keys: readonly string[], rounds: number): Envelope[] {
  return Array.from({ length: rounds }, (_, n) => keys.map(key => messageFor(key, n))).flat()
}
