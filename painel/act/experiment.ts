/**
 * An experiment: the client makes requests at a fixed rate, something is broken after a second, and what the client and the health
 * checks saw is reported.
 *
 * Each request has its own DNS query and its own connection, so that every request takes part in the rotation.
 *
 * Read beside: observation.ts (the report), breakage.ts (what is broken), client/web-client.ts
 * Touches the world: requests through the client; `GET /events` of the edge proxies and the DNS servers.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '#shared/clock.ts'
import type { Events, LabEvent } from '#shared/events.ts'
import { hostNamed, hostsOf, type NetworkMap, WWW } from '#shared/network-map.ts'
import { reasonOf } from '../../client/load/load.ts'
import { WebClient } from '../../client/web-client.ts'
import { Follower } from '../follow/follower.ts'
import { type ExperimentReport, type ExperimentSample, type HealthNote, reportOf } from './observation.ts'

export interface ExperimentPlan {
  /** Seconds of requests after the action: 1 to 30. */
  readonly seconds: number
  /** Requests a second: 1 to 50. */
  readonly rate: number
  /** The component that is broken, if it is one. */
  readonly component: string | undefined
  /** Breaks it. */
  readonly act: () => Promise<void>
  /** Whether the user logs in again after the change, as a person does whose session was lost. */
  readonly logsInAgain: boolean
}

const BEFORE_MS = 1_000
/** Shorter than in a browser, so that an experiment ends soon after its last request. */
const PATIENCE = { connectMs: 1_000, responseMs: 5_000 }
/** A seeded user. With a session, a request goes through all hops: DNS, frontend, backend, Redis. */
const USER = { username: 'ana', password: 'ana-no-laboratorio' }

/** @throws what `act` throws */
export async function runExperiment(plan: ExperimentPlan, map: NetworkMap, events: Events): Promise<ExperimentReport> {
  const client = new WebClient({
    servers: hostsOf(map, 'dns').map(({ address, port }) => ({ address, port })),
    httpPort: hostNamed(map, 'frontend1').port,
    cache: 'none',
    keepAlive: false,
    events,
    ...PATIENCE,
  })
  const seen: LabEvent[] = []
  const stopFollowing = followHealth(map, event => seen.push(event))
  try {
    const path = (await logsIn(client)) ? '/perfil' : '/status'
    const { samples, actedAt } = await sendWhileActing(client, path, plan)
    const notes = seen.flatMap(event => healthNote(event, actedAt))
    return reportOf(path, samples, notes, plan.component)
  } finally {
    stopFollowing()
    client.close()
  }
}

/** Milliseconds since 1970 with fractions, as in events. */
const now = () => performance.timeOrigin + performance.now()

async function sendWhileActing(client: WebClient, path: string, { seconds, rate, act, logsInAgain }: ExperimentPlan) {
  const started = now()
  const actedAt = started + BEFORE_MS
  const count = Math.round(rate * (seconds + BEFORE_MS / 1000))
  const samples: ExperimentSample[] = []
  const action = pause(BEFORE_MS)
    .then(act)
    .then(() => logsInAgain && logsIn(client))
  let failure: { readonly error: unknown } | undefined
  action.catch(error => (failure = { error }))
  const underWay: Promise<void>[] = []
  for (let index = 0; index < count && failure === undefined; index++) {
    const early = started + (index * 1000) / rate - now()
    if (early > 0) await pause(early)
    underWay.push(sendOne(client, path, actedAt).then(sample => void samples.push(sample)))
  }
  await Promise.all(underWay)
  await action
  return { samples, actedAt }
}

async function sendOne(client: WebClient, path: string, actedAt: number): Promise<ExperimentSample> {
  const begun = now()
  const at = begun - actedAt
  try {
    const { status, frontend, backend, attempts } = await client.send(`http://${WWW}${path}`)
    const by = backend === undefined ? { frontend } : { frontend, backend }
    return { at, ms: now() - begun, status, ...by, retries: attempts.length - 1 }
  } catch (error) {
    return { at, ms: now() - begun, status: null, error: reasonOf(error), retries: 0 }
  }
}

/** Without Redis, MySQL or a backend no user can log in; then the requests are made without a session. */
async function logsIn(client: WebClient): Promise<boolean> {
  try {
    return (await client.send(`http://${WWW}/login`, { method: 'POST', json: USER })).status === 200
  } catch {
    return false // the report names the path that was used instead
  }
}

/** Events without a request are always sent, so the smallest share of the requests is enough. */
function followHealth(map: NetworkMap, onEvent: (event: LabEvent) => void): () => void {
  const hosts = [...hostsOf(map, 'frontend'), ...hostsOf(map, 'dns')]
  const share = () => 1e-6
  const followers = hosts.map(host => new Follower({ host, clock: systemClock, share, onEvent }))
  for (const follower of followers) follower.start()
  return () => {
    for (const follower of followers) follower.stop()
  }
}

function healthNote(event: LabEvent, actedAt: number): HealthNote[] {
  const at = event.time - actedAt
  const by = event.component
  if (event.kind === 'edge.health') {
    const { backend, available, check } = event.detail
    return [{ at, by, about: backend, up: available, why: check }]
  }
  if (event.kind === 'dns.health') {
    const { name, healthy, why } = event.detail
    return [{ at, by, about: name, up: healthy, why }]
  }
  return []
}
