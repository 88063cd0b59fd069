/**
 * The two HTTP load generators: wrk sends as fast as it gets responses, h2load at a rate that is given.
 *
 * Read beside: measure.ts, edge.ts, backend.ts, chain.ts; https://github.com/wg/wrk, https://nghttp2.org/documentation/h2load.1.html
 * Touches the world: runs the generators on the load core; a temporary log of h2load.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CurvePoint, Effort } from './figures.ts'
import { load, loadOn, median } from './measure.ts'

/** @param args further words of wrk: `'-c32'`, `'-H', 'Cookie: …'` @throws Error when a response is neither 2xx nor 3xx */
export async function wrk(
  url: string,
  seconds: number,
  ...args: string[]
): Promise<{ requests: number; p99Ms: number }> {
  const output = await load('wrk', '-t1', `-d${seconds}s`, '--timeout', '20s', '--latency', ...args, url)
  const [, requests = Number.NaN] = /(\d+) requests in/.exec(output) ?? []
  if (/Non-2xx/.test(output)) throw new Error(`${url}: ${output}`)
  const [errors] = /Socket errors:.*/.exec(output) ?? []
  // Only complete responses are counted, so the rate is right; the errors are shown nevertheless.
  if (errors !== undefined) process.stderr.write(`${url}: ${errors}\n`)
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  const scale = { us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN
  return { requests: Number(requests), p99Ms: Number(p99) * scale }
}

/** A number of requests, whatever time they take. @param args further words of h2load @throws Error when a response is not 2xx */
export async function send(url: string, requests: number, ...args: string[]): Promise<void> {
  const printed = await load('h2load', '--h1', '-t1', `-n${requests}`, ...args, url)
  const [, right] = /status codes: (\d+) 2xx/.exec(printed) ?? []
  if (Number(right) < requests) throw new Error(`${url}: ${printed}`)
}

/** Sends requests at a rate, on connections that are kept. @returns how many were answered with 2xx */
export async function requestsAtRate(
  cores: number | string,
  url: string,
  { rate, clients, seconds }: { readonly rate: number; readonly clients: number; readonly seconds: number },
): Promise<number> {
  const how = ['--h1', '-t1', `-c${clients}`, `-D${seconds}`, `--rps=${rate / clients}`]
  const printed = await loadOn(cores, 'h2load', ...how, url)
  const [, right] = /status codes: (\d+) 2xx/.exec(printed) ?? []
  if (!(Number(right) > 0)) throw new Error(`${url}: ${printed}`)
  return Number(right)
}

/** Opens `clients` connections at once, with one request on each. @returns milliseconds until all are answered @throws Error when one is not 2xx */
export async function burstTime(url: string, clients: number): Promise<number> {
  const printed = await load('h2load', '--h1', '-t1', `-n${clients}`, `-c${clients}`, url)
  const [, right] = /status codes: (\d+) 2xx/.exec(printed) ?? []
  const [, time, unit = ''] = /finished in ([\d.]+)(us|ms|s)/.exec(printed) ?? []
  if (Number(right) < clients || time === undefined) throw new Error(`${url}: ${printed}`)
  return Number(time) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN)
}

/** Requests a second at which response times are measured. */
const RATES = { quick: [500, 2_000], ordinary: [500, 1_000, 2_000, 4_000, 8_000] } as const
const CLIENTS = 24
/** Five rates take long, and a median of three is steady enough for a plot. */
const MOST_ROUNDS = 3
/** A program that answers fewer than this share of the requests in time is overloaded, and has no response time at this rate. */
const KEPT_UP = 0.95

/** The response times of several programs, in turn at each rate. @param urls one list for each program; the rate is divided among them */
export async function responseTimes<P extends { readonly name: string }>(
  programs: readonly P[],
  urls: (program: P) => readonly string[],
  { name: effort, seconds, rounds }: Effort,
  ...args: string[]
): Promise<{ name: string; points: CurvePoint[] }[]> {
  const most = Math.min(rounds, MOST_ROUNDS)
  const lines = programs.map(program => ({ program, name: program.name, points: [] as CurvePoint[] }))
  for (const rate of RATES[effort === 'quick' ? 'quick' : 'ordinary']) {
    const samples = new Map<P, Omit<CurvePoint, 'rate'>[]>()
    for (let round = 0; round < most; round++) {
      for (const { program } of lines) {
        const took = (
          await Promise.all(urls(program).map((url, _, all) => atRate(url, rate / all.length, seconds, args)))
        )
          .flat()
          .sort((a, b) => a - b)
        if (took.length < rate * seconds * KEPT_UP) continue
        const at = (share: number) => took[Math.floor(took.length * share)] ?? Number.NaN
        samples.set(program, [...(samples.get(program) ?? []), { p50: at(0.5), p99: at(0.99) }])
      }
    }
    for (const { program, points } of lines) {
      const own = samples.get(program) ?? []
      if (own.length < most) continue
      points.push({ rate, p50: median(own.map(({ p50 }) => p50)), p99: median(own.map(({ p99 }) => p99)) })
    }
  }
  return lines.map(({ name, points }) => ({ name, points }))
}

/** @returns the milliseconds that each successful request took */
async function atRate(url: string, rate: number, seconds: number, args: readonly string[]): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-h2load-'))
  const log = join(folder, 'log')
  try {
    const how = ['--h1', `-c${CLIENTS}`, '-t1', `-D${seconds}`, `--rps=${rate / CLIENTS}`, `--log-file=${log}`]
    await load('h2load', ...how, ...args, url)
    // start (µs since the epoch), status, µs it took
    return [...readFileSync(log, 'latin1').matchAll(/^\d{10,}\t200\t(\d+)$/gm)].map(([, us]) => Number(us) / 1000)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
