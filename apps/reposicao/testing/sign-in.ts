/**
 * The OAuth 2 flow of the page, step by step, for tests: every parameter can be replaced or left out.
 *
 * Read beside: ../auth/, ../public/sign-in.js (the same in the page)
 * Touches the world: makes HTTP requests.
 */
import { randomBytes } from 'node:crypto'
import { Browser, type TestResponse } from '../../../backend/testing/browser.ts'
import { challengeOf } from '../auth/rules/pkce.ts'
import { CLIENT_ID, REDIRECT_URI, SCOPE } from '../token-contract.ts'

/** Parameters that replace the right ones; null leaves one out. */
export type Replaced = Readonly<Record<string, string | null>>

export interface TokenAnswer {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
  readonly token_type: string
  readonly scope: string
}

/** A person at a browser, at one auth API. */
export class SignIn {
  readonly browser = new Browser()
  readonly auth: { readonly url: string }
  verifier = randomBytes(32).toString('base64url')

  constructor(auth: { readonly url: string }) {
    this.auth = auth
  }

  async login(username: 'ana' | 'bruno'): Promise<TestResponse> {
    const json = { username, password: `${username}-no-laboratorio` }
    return this.browser.ask(this.auth, '/auth/login', { json })
  }

  async authorize(replaced: Replaced = {}): Promise<TestResponse> {
    this.verifier = randomBytes(32).toString('base64url')
    const query = parameters(
      {
        response_type: 'code',
        client_id: CLIENT_ID,
        redirect_uri: REDIRECT_URI,
        scope: SCOPE,
        state: 'estado-1',
        code_challenge: challengeOf(this.verifier),
        code_challenge_method: 'S256',
      },
      replaced,
    )
    return this.browser.ask(this.auth, `/auth/authorize?${query}`)
  }

  /** A new code. Logged in before. */
  async code(replaced: Replaced = {}): Promise<string> {
    const { headers } = await this.authorize(replaced)
    return new URL(String(headers.location)).searchParams.get('code') ?? ''
  }

  redeem(code: string, replaced: Replaced = {}): Promise<TestResponse> {
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      code_verifier: this.verifier,
    }
    return this.post('/auth/token', parameters(form, replaced))
  }

  refresh(token: string, replaced: Replaced = {}): Promise<TestResponse> {
    const form = { grant_type: 'refresh_token', refresh_token: token, client_id: CLIENT_ID }
    return this.post('/auth/token', parameters(form, replaced))
  }

  post(
    path: string,
    form: URLSearchParams | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestResponse> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.browser.ask(this.auth, path, {
      method: 'POST',
      body: form.toString(),
      headers: { ...type, ...headers },
    })
  }

  /** Everything at once: an access token and a refresh token for the user. */
  async tokens(username: 'ana' | 'bruno'): Promise<TokenAnswer> {
    await this.login(username)
    return (await this.redeem(await this.code())).json
  }
}

function parameters(right: Readonly<Record<string, string>>, replaced: Replaced): URLSearchParams {
  const all = { ...right, ...replaced }
  return new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null))
}
