/**
 * What is observed of a target: answers of its DNS server, the page of each machine, and a session on all of them. At most ten queries or requests
 * a second.
 *
 * Read beside: target.ts, rubric.ts (which judges this)
 * Touches the world: DNS and HTTP to the target, and nothing else; runs the commands that switch a machine off and on.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import { exchangeDns } from '../../client/resolver/dns-exchange.ts'
import { type AssignmentTarget, isAllowed, type TargetPlace } from './target.ts'

const PAUSE_MS = 100
const WAIT_MS = 4_000
const QUERIES = 9
/** After a machine was switched off: long enough for health checks and the TTL. */
const SETTLE_MS = 12_000

export interface ObservedPage {
  readonly place: string
  /** 0: no response. */
  readonly status: number
  /** The content, and the value of X-Served-By. */
  readonly body: string
}

export interface ObservedTarget {
  /** The addresses of each answer, in order; empty for an answer that did not come. */
  readonly answers: readonly (readonly string[])[]
  readonly ttl: number | undefined
  /** The page of each machine, and the same once more: what differs each time is not the machine's name. */
  readonly pages: readonly ObservedPage[]
  readonly pagesAgain: readonly ObservedPage[]
  readonly loginStatus: number
  /** The profile with the cookies of the login, at each machine. */
  readonly profiles: readonly ObservedPage[]
  /** By name, with one machine off; undefined when that was not done. */
  readonly withoutOne?: readonly ObservedPage[]
}

export async function observeTarget(target: AssignmentTarget): Promise<ObservedTarget> {
  const answers: string[][] = []
  let ttl: number | undefined
  for (let i = 0; i < QUERIES; i++) {
    const answer = await lookUp(target)
    ttl ??= answer.ttl
    answers.push(answer.addresses)
  }
  const found = [...new Set(answers.flat())].sort().map(address => ({ address, port: target.httpPort }))
  const machines = target.machines.length > 0 ? target.machines : found
  const pages = await eachOf(machines, machine => get(target, machine, target.page))
  const pagesAgain = await eachOf(machines, machine => get(target, machine, target.page))
  const [first] = machines
  const session = first === undefined ? { status: 0, cookie: '' } : await logIn(target, first)
  const profiles = await eachOf(machines, machine => get(target, machine, target.profile, session.cookie))
  const common = { answers, ttl, pages, pagesAgain, loginStatus: session.status, profiles }
  if (target.off === undefined) return common
  return { ...common, withoutOne: await withoutOne(target, target.off, session.cookie) }
}

/** As a browser: the addresses in the order of the answer, the next one when a connection fails. */
async function withoutOne(target: AssignmentTarget, off: string, cookie: string): Promise<ObservedPage[]> {
  execFileSync('sh', ['-c', off], { stdio: 'ignore' })
  try {
    await pause(SETTLE_MS)
    const pages: ObservedPage[] = []
    for (let i = 0; i < QUERIES; i++) {
      const { addresses } = await lookUp(target)
      const places =
        target.machines.length > 0
          ? turned(target.machines, i)
          : addresses.map(address => ({ address, port: target.httpPort }))
      let page: ObservedPage = { place: 'nenhum endereço', status: 0, body: '' }
      for (const place of places) {
        page = await get(target, place, target.profile, cookie)
        if (page.status !== 0) break
      }
      pages.push(page)
    }
    return pages
  } finally {
    if (target.on !== undefined) execFileSync('sh', ['-c', target.on], { stdio: 'ignore' })
  }
}

function turned(places: readonly TargetPlace[], by: number): TargetPlace[] {
  const start = by % places.length
  return [...places.slice(start), ...places.slice(0, start)]
}

async function lookUp({ dns, name }: AssignmentTarget): Promise<{ addresses: string[]; ttl?: number }> {
  await pause(PAUSE_MS)
  try {
    const { message } = await exchangeDns(dns, name, 'A', WAIT_MS)
    const records = message.answers.filter(({ address }) => address !== undefined)
    const [first] = records
    const addresses = records.map(({ address }) => `${address}`)
    return first?.ttl === undefined ? { addresses } : { addresses, ttl: first.ttl }
  } catch {
    return { addresses: [] } // no answer: the rubric says so
  }
}

async function eachOf(machines: readonly TargetPlace[], observe: (machine: TargetPlace) => Promise<ObservedPage>) {
  const pages: ObservedPage[] = []
  for (const machine of machines) pages.push(await observe(machine))
  return pages
}

async function get(
  { name }: AssignmentTarget,
  { address, port }: TargetPlace,
  path: string,
  cookie = '',
): Promise<ObservedPage> {
  const place = `${address}:${port}`
  // DNS could answer with any address.
  if (!isAllowed(address)) return { place: `${place} não é um endereço privado`, status: 0, body: '' }
  await pause(PAUSE_MS)
  try {
    const { statusCode, headers, body } = await request(`http://${place}${path}`, {
      headers: { host: name, accept: 'text/html, application/json', ...(cookie === '' ? {} : { cookie }) },
      ...LIMITS,
    })
    return { place, status: statusCode, body: `${await body.text()} ${headers['x-served-by'] ?? ''}` }
  } catch {
    return { place, status: 0, body: '' } // refused or too slow: the rubric says so
  }
}

const LIMITS = { headersTimeout: WAIT_MS, bodyTimeout: WAIT_MS, reset: true }

async function logIn({ name, login, fields }: AssignmentTarget, { address, port }: TargetPlace) {
  if (!isAllowed(address)) return { status: 0, cookie: '' }
  await pause(PAUSE_MS)
  try {
    const { statusCode, headers, body } = await request(`http://${address}:${port}${login}`, {
      method: 'POST',
      headers: { host: name, 'content-type': 'application/x-www-form-urlencoded' },
      body: fields,
      ...LIMITS,
    })
    await body.dump()
    const cookies = [headers['set-cookie'] ?? []].flat().map(cookie => cookie.split(';')[0])
    return { status: statusCode, cookie: cookies.join('; ') }
  } catch {
    return { status: 0, cookie: '' } // no response: the rubric says so
  }
}
