/**
 * A session of express-session, made without a login: its text for Redis, and its signed cookie.
 *
 * Read beside: express-sale.ts; https://github.com/tj/node-cookie-signature
 * Pure: values in, values out.
 */
import { createHmac } from 'node:crypto'

export const SECRET = 'a secret of the lab, thirty-two characters'

export function expressSession(id: string, buyer: number): { key: string; text: string; cookie: string } {
  const expires = new Date(Date.now() + 3_600_000)
  const cookie = { originalMaxAge: 3_600_000, expires, httpOnly: true, path: '/', sameSite: 'lax' }
  const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '')
  return {
    key: `sess:${id}`,
    text: JSON.stringify({ cookie, buyer }),
    cookie: `sid=${encodeURIComponent(`s:${id}.${signature}`)}`,
  }
}
