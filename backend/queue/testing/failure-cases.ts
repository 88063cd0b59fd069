/**
 * What every engine of the broker does with messages that fail: the same tests run on Redis Streams and on Kafka.
 *
 * Read beside: broker-cases.ts, ../retry-rule.ts
 * Touches the world: through the broker.
 */
import type { Test } from 'tap'
import { until } from '../../../test/testing/until.ts'
import { Unavailable } from '../../refusal.ts'
import type { Envelope } from '../envelope.ts'
import { Unprocessable } from '../retry-rule.ts'
import { type BrokerBench, firstComes, group, insist, numbered } from './broker-bench.ts'
import { messageFor, testTrace } from './messaging.ts'

const PAUSES_MS = [20, 20, 20, 20]

export function failureCases(t: Test, bench: BrokerBench): void {
  const { one, publish, deadOf } = bench

  t.test('a failing message holds back its own key, and no other', async t => {
    const seen: string[] = []
    const isNew = firstComes()
    let broken = true
    const consumer = one.broker.consume({
      topic: 'falha',
      group,
      pausesMs: Array(1_000).fill(20),
      handle: async ([message]) => {
        if (message?.key === 'ruim' && message.body === 0 && broken) throw new Error('not yet')
        if (isNew(message)) seen.push(`${message?.key} ${message?.body}`)
      },
    })
    const others = Array.from({ length: 20 }, (_, n) => `boa-${n}`)
    await publish('falha', numbered(['ruim', ...others], 2))
    await until('the other keys are handled', () => seen.length === 40)
    t.notOk(seen.some(text => text.startsWith('ruim')))
    broken = false
    await until('the key goes on', () => seen.length === 42)
    t.strictSame(seen.slice(40), ['ruim 0', 'ruim 1'])
    await consumer.close()
  })

  t.test('a message that always fails is dead after the fifth try, with its reason; its key goes on', async t => {
    let tries = 0
    const seen: unknown[] = []
    let broken = true
    const consumer = one.broker.consume({
      topic: 'morta',
      group,
      pausesMs: PAUSES_MS,
      handle: async ([message]) => {
        if (message?.body === 'sem conserto') throw new Unprocessable('this can never be done')
        if (message?.body === 'ruim' && broken) {
          tries++
          throw new Error('the printer is out of paper')
        }
        seen.push(message?.body)
      },
    })
    await publish('morta', [messageFor('k', 'ruim'), messageFor('k', 'sem conserto'), messageFor('k', 'boa')])
    await until('the good one is handled', () => seen.length === 1)
    t.equal(tries, 5)
    const letters = await deadOf('morta')
    t.match(
      letters
        .map(({ tries, reason, type, key, group }) => ({ tries, reason, type, key, group }))
        .toSorted((a, b) => b.tries - a.tries),
      [
        { tries: 5, reason: 'the printer is out of paper', type: 'test.message', key: 'k', group },
        { tries: 1, reason: 'this can never be done', type: 'test.message', key: 'k', group },
      ],
    )
    broken = false
    const [letter] = letters.filter(({ tries }) => tries === 5)
    t.equal(await one.dead.resend(testTrace, letter?.id ?? '', one.outbox), true)
    await until('it is handled', () => seen.includes('ruim'))
    t.equal(await one.dead.resend(testTrace, letter?.id ?? '', one.outbox), false, 'it is not in the list any more')
    t.equal((await deadOf('morta')).length, 1)
    await consumer.close()
  })

  t.test('what is not a message, or of an unknown version, goes to the dead letters, and nothing stops', async t => {
    const seen: unknown[] = []
    const handle = async ([message]: readonly Envelope[]) => void seen.push(message?.body)
    const consumer = one.broker.consume({ topic: 'lixo', group, handle })
    const good = messageFor('k', 'boa')
    const texts: [text: string, reason: RegExp][] = [
      ['{"id":', /not JSON/],
      ['[]', /not a JSON object/],
      [JSON.stringify({ ...good, version: 2 }), /version 2 is unknown/],
      [JSON.stringify({ ...good, id: '../../etc/passwd' }), /"id"/],
      [JSON.stringify({ ...good, extra: 1 }), /"extra" is not known/],
      ['x'.repeat(70_000), /longer than/],
    ]
    for (const [text] of texts) await insist(() => one.broker.publishText(testTrace, 'lixo', text))
    await publish('lixo', [good])
    await until('all are among the dead letters', async () => (await deadOf('lixo')).length >= texts.length)
    await until('the good one is handled', () => seen.length === 1)
    const reasons = (await deadOf('lixo')).map(({ reason }) => reason)
    for (const [, reason] of texts)
      t.ok(
        reasons.some(text => reason.test(text)),
        String(reason),
      )
    await consumer.close()
  })

  t.test('while a dependency is down, messages wait: no try is counted, and none is dead', async t => {
    let calls = 0
    let down = true
    const seen: unknown[] = []
    const isNew = firstComes()
    const consumer = one.broker.consume({
      topic: 'espera',
      group,
      pausesMs: [],
      handle: async ([message]) => {
        calls++
        if (down) throw new Unavailable('mysql', 'MySQL is down')
        if (isNew(message)) seen.push(message?.body)
      },
    })
    await publish('espera', [messageFor('k', 1), messageFor('k', 2)])
    await until('it was tried several times', () => calls >= 3)
    down = false
    await until('both are handled', () => seen.length === 2)
    t.strictSame(seen, [1, 2])
    t.strictSame(await deadOf('espera'), [])
    await consumer.close()
  })

  t.test('a batch with one bad message: the others are handled, and it alone is tried again', async t => {
    const batches: unknown[][] = []
    const isNew = firstComes()
    await publish('lote', [...numbered(['k'], 10), messageFor('ruim', 'ruim'), messageFor('ruim', 'depois')])
    const consumer = one.broker.consume({
      topic: 'lote',
      group,
      batch: 50,
      pausesMs: PAUSES_MS,
      handle: async messages => {
        if (messages.some(({ body }) => body === 'ruim')) throw new Error('one of them is bad')
        batches.push(messages.filter(isNew).map(({ body }) => body))
      },
    })
    await until('the rest is handled', () => batches.flat().length === 11)
    await until('the bad one is dead', async () => (await deadOf('lote')).length === 1)
    t.ok(batches.some(batch => batch.length > 1) || batches.length === 11)
    t.strictSame(
      batches.flat().filter(body => typeof body === 'number'),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
    await consumer.close()
  })
}
