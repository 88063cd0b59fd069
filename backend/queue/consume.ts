/**
 * The work on one lane: fetch, handle, acknowledge; a message that fails is tried again, or goes to the dead letters. The same for both engines.
 *
 * One thing happens at a time, so the messages of a key are never handled together or out of order. The order of the steps decides what a
 * crash does: the try is counted before the handler begins, and the acknowledgement follows the effect. A process that ends between two
 * steps causes one more delivery, never one less.
 *
 * Read beside: backlog.ts (what may be handled now), retry-rule.ts (what a failure means), redis-streams.ts and kafka.ts (the sources)
 * Touches the world: through its source, the handler and the dead letters.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { Unavailable } from '../refusal.ts'
import { Backlog, type Delivery } from './backlog.ts'
import type { BrokerEngine, ConsumerOptions } from './broker.ts'
import type { DeadLetters } from './dead-letters.ts'
import { decodeEnvelope } from './envelope.ts'
import type {} from './queue-events.ts'
import { afterFailure, RETRY_PAUSES_MS, triesAreOver } from './retry-rule.ts'

/** A text that was read from a lane, and the tries that have begun. */
export interface Fetched {
  readonly place: string
  readonly text: string
  readonly tries: number
}

/** One lane of an engine. */
export interface LaneSource {
  readonly engine: BrokerEngine
  readonly lane: number
  /** At most `max` further messages; waits `waitMs` for the first one. With 0 it does not wait. */
  fetch(max: number, waitMs: number): Promise<Fetched[]>
  /** Keeps how many tries have begun, so that they are known after a crash (where the engine can). */
  recordTries(deliveries: readonly Delivery[]): Promise<void>
  /** Finished: not delivered to this group again. @param oldest the place of the oldest message that is not finished */
  acknowledge(places: readonly string[], oldest: string | undefined): Promise<void>
}

export interface LaneWork extends ConsumerOptions {
  readonly source: LaneSource
  readonly dead: DeadLetters
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

/** Messages that are read and not finished. When so many wait behind failing ones, nothing further is read. */
const MOST_UNFINISHED = 1_000
/** Milliseconds. A lane that was taken by another consumer is left after this time at the latest. */
const LONGEST_WAIT_MS = 1_000
/** Milliseconds until the broker or a dependency that is down is asked again. */
const PAUSE_WHEN_DOWN_MS = 250

/**
 * Works until the lane is given up.
 *
 * @param mayGoOn whether the lane still belongs to this consumer; asked before each fetch and before each try
 * @throws the error of the broker, or of MySQL when a message could not be put among the dead letters: then the engine begins again, and
 *   everything that was not acknowledged is delivered again
 */
export async function workOn(work: LaneWork, mayGoOn: () => boolean, signal: AbortSignal): Promise<void> {
  const backlog = new Backlog()
  while (!signal.aborted && mayGoOn()) {
    const deliveries = await nextDeliveries(work, backlog, signal)
    if (deliveries.length > 0 && !signal.aborted && mayGoOn())
      await tryToHandle(work, backlog, deliveries, mayGoOn, signal)
  }
}

async function nextDeliveries(work: LaneWork, backlog: Backlog, signal: AbortSignal): Promise<Delivery[]> {
  const { clock, batch = 1 } = work
  const ready = backlog.next(clock.now(), batch)
  if (ready.length === batch) return ready
  const waitMs = ready.length > 0 ? 0 : Math.min(LONGEST_WAIT_MS, backlog.dueIn(clock.now()) ?? LONGEST_WAIT_MS)
  if (backlog.size < MOST_UNFINISHED) await fetchInto(work, backlog, batch, Math.ceil(waitMs))
  else if (waitMs > 0) await rest(waitMs, signal)
  return backlog.next(clock.now(), batch)
}

/**
 * Everything is in the backlog before anything is finished: what is acknowledged by its position (Kafka) must not pass a message that is only
 * in this list.
 */
async function fetchInto(work: LaneWork, backlog: Backlog, max: number, waitMs: number): Promise<void> {
  const bad: { letter: Fetched; fault: string }[] = []
  for (const letter of await work.source.fetch(max, waitMs)) {
    const { place, text, tries } = letter
    const decoded = decodeEnvelope(text)
    if ('message' in decoded) backlog.add({ place, message: decoded.message, text, tries })
    else bad.push({ letter, fault: decoded.fault })
  }
  for (const { letter, fault } of bad) await record(work, letter, fault)
  if (bad.length > 0)
    await finish(
      work,
      backlog,
      bad.map(({ letter }) => letter.place),
    )
}

async function tryToHandle(
  work: LaneWork,
  backlog: Backlog,
  deliveries: readonly Delivery[],
  mayGoOn: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const [first] = deliveries
  if (first !== undefined && triesAreOver(first.tries, work.pausesMs ?? RETRY_PAUSES_MS)) {
    return bury(work, backlog, first, 'its process ended during each try')
  }
  for (const delivery of deliveries) delivery.tries++
  await work.source.recordTries(deliveries)
  const { error, ms } = await handled(work, deliveries)
  if (error === undefined) return succeed(work, backlog, deliveries, ms)
  if (deliveries.length === 1 || error instanceof Unavailable) {
    return fail(work, backlog, deliveries, { error, ms }, signal)
  }
  await eachAlone(work, backlog, deliveries, mayGoOn, signal)
}

/** One of several has failed. The same try for each alone; a message is left out when an earlier one of its key has failed. */
async function eachAlone(
  work: LaneWork,
  backlog: Backlog,
  deliveries: readonly Delivery[],
  mayGoOn: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const failed = new Set<string>()
  for (const delivery of deliveries) {
    if (signal.aborted || !mayGoOn()) return
    const { key } = delivery.message
    if (failed.has(key)) {
      delivery.tries--
      continue
    }
    const { error, ms } = await handled(work, [delivery])
    if (error === undefined) await succeed(work, backlog, [delivery], ms)
    else {
      failed.add(key)
      await fail(work, backlog, [delivery], { error, ms }, signal)
    }
  }
}

interface HandlerEnd {
  /** Undefined when the messages have been handled. */
  readonly error?: unknown
  readonly ms: number
}

/** Calls the handler. */
async function handled(work: LaneWork, deliveries: readonly Delivery[]): Promise<HandlerEnd> {
  const { clock, events, topic, group, source, handle } = work
  const started = clock.now()
  for (const { message, tries } of deliveries) {
    const { id, type, requestId, at } = message
    const waited = () => Math.max(0, clock.epoch() - Date.parse(at))
    const { engine: broker, lane } = source
    const detail = () => ({ broker, topic, lane, id, type, group, tries, waited: waited() })
    events.publish('queue.delivered', detail, requestId || undefined)
  }
  try {
    await handle(deliveries.map(({ message }) => message))
    return { ms: clock.now() - started }
  } catch (error) {
    return { error: error ?? new Error('the handler failed without an error'), ms: clock.now() - started }
  }
}

async function fail(
  work: LaneWork,
  backlog: Backlog,
  deliveries: readonly Delivery[],
  { error, ms }: HandlerEnd,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, topic, group } = work
  const [first] = deliveries
  const verdict = afterFailure(error, first?.tries ?? 0, work.pausesMs)
  report(work, deliveries, verdict.what, verdict.reason, ms)
  if (verdict.what === 'wait') {
    for (const delivery of deliveries) delivery.tries--
    await work.source.recordTries(deliveries)
    return rest(PAUSE_WHEN_DOWN_MS, signal)
  }
  for (const delivery of deliveries) {
    const { message, place, tries } = delivery
    const fields = { topic, group, id: message.id, tries, reason: verdict.reason, request: message.requestId }
    log.warn(
      verdict.what === 'retry' ? 'a message could not be handled' : 'a message is among the dead letters',
      fields,
    )
    if (verdict.what === 'retry') backlog.postpone(place, clock.now() + verdict.afterMs)
    else await bury(work, backlog, delivery, verdict.reason)
  }
}

async function bury(work: LaneWork, backlog: Backlog, letter: Fetched, reason: string): Promise<void> {
  await record(work, letter, reason)
  await finish(work, backlog, [letter.place])
}

async function record({ topic, group, source, dead, clock }: LaneWork, letter: Fetched, reason: string): Promise<void> {
  const { place, tries, text } = letter
  await dead.add({ topic, group, lane: source.lane, place, tries, reason, text, at: clock.epoch() })
}

async function succeed(work: LaneWork, backlog: Backlog, deliveries: readonly Delivery[], ms: number): Promise<void> {
  const places = deliveries.map(({ place }) => place)
  await finish(work, backlog, places)
  report(work, deliveries, 'done', null, ms)
}

/** Acknowledged first: when that fails, the lane begins again, and the broker delivers them again. */
async function finish({ source }: LaneWork, backlog: Backlog, places: readonly string[]): Promise<void> {
  await source.acknowledge(places, backlog.oldestBesides(places))
  for (const place of places) backlog.finish(place)
}

function report(
  { events, topic, group, source: { engine: broker, lane } }: LaneWork,
  deliveries: readonly Delivery[],
  outcome: 'done' | 'retry' | 'wait' | 'dead',
  reason: string | null,
  ms: number,
): void {
  for (const { message } of deliveries) {
    const { id, type, requestId } = message
    const detail = () => ({ broker, topic, lane, id, type, group, outcome, reason, ms })
    events.publish('queue.handled', detail, requestId || undefined)
  }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {}) // ended early when the consumer is closed
}
