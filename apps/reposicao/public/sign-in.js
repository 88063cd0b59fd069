/**
 * OAuth 2 in the page: authorization code with PKCE, and the tokens.
 *
 * The tokens are only in memory: a script from elsewhere would find none in the storage of the browser. After a reload the page asks for a
 * new code; the session cookie of the auth server makes that a matter of two redirects. The verifier and the state are in `sessionStorage`
 * while the browser is away.
 *
 * Read beside: sha256.js, apps/reposicao/auth/; RFC 6749 §4.1, RFC 7636 §4, RFC 9207 §2.4, RFC 9700 §2.1
 * Touches the world: the address of the page, `sessionStorage`, the auth API.
 */
import { sha256 } from './sha256.js'

const SITE = 'http://reposicao.meutrabalho.com.br'
const CLIENT = { client_id: 'reposicao', redirect_uri: `${SITE}/` }
const KEY = 'sign-in'

/** @typedef {{ access: string, refresh: string, endsAt: number }} Tokens `endsAt`: milliseconds since 1970 */

/** @type {Tokens | undefined} */
let tokens
/** Requests that need a token wait for the same refresh: a refresh token may be used once. @type {Promise<Tokens | undefined> | undefined} */
let refreshing

/** Leaves the page, to the auth server. */
export function beginSignIn() {
  const attempt = { verifier: secret(), state: secret() }
  sessionStorage.setItem(KEY, JSON.stringify(attempt))
  const query = new URLSearchParams({
    response_type: 'code',
    ...CLIENT,
    scope: 'tickets',
    state: attempt.state,
    code_challenge: base64url(sha256(new TextEncoder().encode(attempt.verifier))),
    code_challenge_method: 'S256',
  })
  location.assign(`/auth/authorize?${query}`)
}

/**
 * Ends the attempt, when the page was opened with its result. The result is removed from the address bar and from the history.
 *
 * @returns {Promise<string | undefined>} why it failed
 */
export async function finishSignIn() {
  const answer = new URLSearchParams(location.search)
  const attempt = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
  if (!answer.has('code') && !answer.has('error')) return undefined
  sessionStorage.removeItem(KEY)
  history.replaceState(null, '', '/')
  if (answer.get('state') !== attempt.state) return 'state'
  if (answer.get('iss') !== `${SITE}/auth`) return 'iss'
  const code = answer.get('code')
  if (code === null) return answer.get('error') ?? 'error'
  tokens = await ask({ grant_type: 'authorization_code', code, ...CLIENT, code_verifier: attempt.verifier })
  return tokens === undefined ? 'code' : undefined
}

/** A token that is valid for at least some seconds more; undefined: the person has to log in again. */
export async function accessToken() {
  if (tokens === undefined || tokens.endsAt - Date.now() > 10_000) return tokens?.access
  const { refresh } = tokens
  refreshing ??= ask({ grant_type: 'refresh_token', refresh_token: refresh, client_id: CLIENT.client_id }).finally(
    () => {
      refreshing = undefined
    },
  )
  tokens = await refreshing
  return tokens?.access
}

/** What the token says about the person: only to show it. The server checks it, this page does not. */
export function person() {
  if (tokens === undefined) return undefined
  const [, payload = ''] = tokens.access.split('.')
  const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
  return { username: claims.preferred_username, isPharmacy: claims.roles.includes('admin'), endsAt: tokens.endsAt }
}

/** Ends the tokens, then the session. */
export async function signOut() {
  if (tokens) await post('/auth/revoke', { token: tokens.refresh, client_id: CLIENT.client_id })
  tokens = undefined
  await fetch('/auth/logout', { method: 'POST' })
}

/** @param {Record<string, string>} form @returns {Promise<Tokens | undefined>} undefined when the grant was refused */
async function ask(form) {
  const response = await post('/auth/token', form)
  if (response.status >= 500) throw new Error(`/auth/token: ${response.status}`)
  if (!response.ok) return undefined
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = await response.json()
  return { access, refresh, endsAt: Date.now() + seconds * 1000 }
}

/** @param {string} path @param {Record<string, string>} form */
function post(path, form) {
  return fetch(path, { method: 'POST', body: new URLSearchParams(form) })
}

function secret() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** @param {Uint8Array} octets */
function base64url(octets) {
  return btoa(String.fromCharCode(...octets))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
