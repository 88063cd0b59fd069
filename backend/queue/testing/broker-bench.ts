/**
 * What the tests of both engines share: two consumers, and ways to publish and to look.
 *
 * Read beside: broker-cases.ts, failure-cases.ts
 * Touches the world: through the broker.
 */
import type { Test } from 'tap'
import type { TopicCounts } from '../broker.ts'
import type { DeadLetter } from '../dead-letters.ts'
import type { Envelope } from '../envelope.ts'
import { messageFor, startMessaging, type TestMessaging, testTrace } from './messaging.ts'

/** The group of all topics but one. */
export const group = 'leitor'

const TOPICS = ['ordem', 'falha', 'morta', 'lixo', 'espera', 'lote', 'dois', 'caixa'].map(name => ({
  name,
  groups: name === 'dois' ? [group, 'outro'] : [group],
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
      for (const message of messages) await one.broker.publish(testTrace, topic, message)
    },
    deadOf: async topic => (await one.dead.list(testTrace)).filter(letter => letter.topic === topic),
    countsOf: async topic => (await one.broker.counts(testTrace)).find(counts => counts.topic === topic),
  }
}

/** For each round a message of each key, with the number of the round as its body. */
export function numbered(keys: readonly string[], rounds: number): Envelope[] {
  return Array.from({ length: rounds }, (_, n) => keys.map(key => messageFor(key, n))).flat()
}
