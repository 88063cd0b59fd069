/**
 * The client of the tests: sends requests to any backend, and keeps one cookie from response to response as a browser does.
 *
 * Read beside: backend.ts
 * Touches the world: makes HTTP requests.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Dispatcher, request } from 'undici'

export interface TestRequest {
  /** GET without a body and POST with one, unless given. */
  readonly method?: string
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  /** A body as it is; its Content-Type is then given in `headers`. */
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into responses, and a wrong look fails the test
  readonly json: any
}

export class Browser {
  cookie: string | undefined

  async ask(backend: { url: string }, path: string, options: TestRequest = {}): Promise<TestResponse> {
    const { json, form, body } = options
    const content = body ?? (json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json))
    const type = json !== undefined ? 'application/json' : form ? 'application/x-www-form-urlencoded' : undefined
    const response = await request(`${backend.url}${path}`, {
      method: (options.method ?? (content === undefined ? 'GET' : 'POST')) as Dispatcher.HttpMethod,
      headers: {
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...(type === undefined ? {} : { 'content-type': type }),
        ...options.headers,
      },
      ...(content === undefined ? {} : { body: content }),
    })
    const text = await response.body.text()
    const [setCookie] = [response.headers['set-cookie']].flat()
    if (setCookie) this.cookie = setCookie.includes('Max-Age=0') ? undefined : setCookie.split(';', 1)[0]
    const isJson = /json/.test(String(response.headers['content-type']))
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }

  /** Logs in as one of the lab's users. Tries again after a 503: on a busy machine the time-outs of production are short. */
  async login(backend: { url: string }, username: 'ana' | 'bruno' = 'ana'): Promise<TestResponse> {
    const json = { username, password: `${username}-no-laboratorio` }
    for (let i = 0; i < 20; i++) {
      const response = await this.ask(backend, '/login', { json })
      if (response.status !== 503) return response
      await pause(250)
    }
    throw new Error(`${username} could not log in`)
  }
}
