/**
 * The same requests to this edge and to nginx: how they are sent, and the backends behind both.
 *
 * Read beside: nginx.ts, the tests of this folder
 * Touches the world: opens connections, nginx, and backends on 127.0.0.1.
 */
import type { Test } from 'tap'
import { httpBackend, type TestBackend } from '../testing/backends.ts'
import { exchange } from '../testing/raw-client.ts'
import { PREFIX } from '../testing/zone.ts'
import { NGINX_IS_HERE, type NginxOptions, startNginx } from './nginx.ts'

export const NGINX_ADDRESS = { address: `${PREFIX}.31`, port: 8080 }
/** Options for `t.test()`: without nginx it is skipped, but not in CI. */
export const skip = !NGINX_IS_HERE && process.env.CI !== 'true' && 'not installed: nginx'

/** What a test compares of a response. */
export interface ComparedResponse {
  readonly status: number
  /** The field X-Backend, which both forward. */
  readonly backend: string
  field(name: string): string | undefined
}

/** Sends one request with these field lines, on a new connection. */
export type SendRequest = (target: string, lines?: readonly string[], method?: string) => Promise<ComparedResponse>

export function requestsTo(port: number, address?: string): SendRequest {
  return async (target, lines = [], method = 'GET') => {
    const head = [`${method} ${target} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines].join('\r\n')
    const received = await exchange(port, `${head}\r\n\r\n`, address)
    const field = (name: string) =>
      new RegExp(`^${name}: (.*?)\r$`, 'im').exec(`${received.split('\r\n\r\n')[0]}\r`)?.[1]
    return { status: Number(received.slice(9, 12)), backend: field('X-Backend') ?? '-', field }
  }
}

export const LETTERS = ['a', 'b', 'c']

/** Backends that name themselves `a`, `b` and `c` in X-Backend. */
export function namedBackends(count = 3): Promise<TestBackend[]> {
  return Promise.all(
    LETTERS.slice(0, count).map(name =>
      httpBackend(name, (_, response) => response.setHeader('X-Backend', name).end(name)),
    ),
  )
}

/** Starts nginx in front of the same backends; it ends with the test. */
export async function besideNginx(
  t: Test,
  options: Partial<NginxOptions> & Pick<NginxOptions, 'backends'>,
): Promise<SendRequest> {
  const nginx = await startNginx({ ...NGINX_ADDRESS, ...options })
  t.teardown(() => nginx.stop())
  return requestsTo(NGINX_ADDRESS.port, NGINX_ADDRESS.address)
}

/** The backends that answer `count` requests, one after the other: `abcabc`. */
export async function sequence(ask: SendRequest, target: string, count: number): Promise<string> {
  let names = ''
  for (let i = 0; i < count; i++) names += (await ask(target)).backend
  return names
}
