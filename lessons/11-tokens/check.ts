/**
 * The check of lesson 11: tokens that must be refused, a refresh token that comes back, and a token that the student has kept until its end.
 *
 * Read beside: apps/reposicao/README.md; RFC 8725 §2.1 (`none`), RFC 9700 §4.14.2 (refresh tokens that come a second time)
 * Touches the world: reads the student's token; requests through the observed lab.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { CLIENT_ID, ISSUER, REDIRECT_URI, SCOPE } from '../../apps/reposicao/token-contract.ts'
import { integer, oneFrom } from '../exercise/random.ts'
import type { LessonCheck } from '../grading/check.ts'
import { type GradeItem, item } from '../grading/grade.ts'
import type { ObservedLab } from '../grading/observed-lab.ts'

/** What the student keeps in exercises/11: the token of the lesson, at least five minutes old. */
const TOKEN_FILE = 'token.txt'

interface Tokens {
  readonly access_token?: string
  readonly refresh_token?: string
}

/** Logs bruno in and exchanges a code, with PKCE (RFC 7636 §4). */
async function signIn(lab: ObservedLab): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url')
  const json = { username: 'bruno', password: 'bruno-no-laboratorio' }
  await lab.send('reposicao', '/auth/login', { method: 'POST', json })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: 'check',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const { headers } = await lab.send('reposicao', `/auth/authorize?${query}`)
  const code = new URL(`${headers.location ?? '/'}`, REDIRECT_URI).searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', client_id: CLIENT_ID, redirect_uri: REDIRECT_URI }
  return (await exchange(lab, { ...form, code, code_verifier: verifier })).tokens
}

async function exchange(lab: ObservedLab, form: Record<string, string>): Promise<{ status: number; tokens: Tokens }> {
  const response = await lab.send('reposicao', '/auth/token', { method: 'POST', form })
  return { status: response.status, tokens: response.json<Tokens>() }
}

async function statusWith(lab: ObservedLab, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await lab.send('reposicao', '/tickets', { headers })).status
}

/** The content of a right token, with a header that asks for no signature. */
async function withoutSignature(lab: ObservedLab, token: string): Promise<GradeItem> {
  const [, content] = token.split('.')
  const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  const statuses = [await statusWith(lab, token), await statusWith(lab, `${header}.${content}.`)]
  return item('o mesmo conteúdo com alg none é recusado', `${statuses}` === '200,401', 1, statuses.join(' '), '200 401')
}

/** The first refresh token comes a second time: then the second one, which was right, is refused too. */
async function familyEnds(lab: ObservedLab, first: string): Promise<GradeItem> {
  const form = { grant_type: 'refresh_token', client_id: CLIENT_ID }
  const renewed = await exchange(lab, { ...form, refresh_token: first })
  const again = await exchange(lab, { ...form, refresh_token: first })
  const second = await exchange(lab, { ...form, refresh_token: renewed.tokens.refresh_token ?? '' })
  const statuses = [renewed, again, second].map(({ status }) => status).join(' ')
  return item(
    'um refresh token usado de novo encerra a família',
    statuses === '200 400 400',
    2,
    statuses,
    '200 400 400',
  )
}

/** Whether the kept token was issued by this lab, and is refused only because of its age. */
async function expiredIsRefused(lab: ObservedLab, folder: string): Promise<GradeItem> {
  const title = `o seu token guardado (${TOKEN_FILE}) é deste laboratório, expirou e é recusado`
  const wanted = 'assinado aqui, expirado, 401'
  const wrong = (seen: string) => item(title, false, 2, seen, wanted)
  const file = join(folder, TOKEN_FILE)
  if (!existsSync(file)) return wrong(`falta ${file}`)
  const token = readFileSync(file, 'utf8').trim()
  const keys = (await lab.send('reposicao', '/auth/jwks')).json<JSONWebKeySet>()
  // With the clock at the token's own beginning, everything but its age is checked.
  const { iat, exp } = timesOf(token)
  try {
    await jwtVerify(token, createLocalJWKSet(keys), { issuer: ISSUER, currentDate: new Date(iat * 1000) })
  } catch (error) {
    return wrong((error as Error).message)
  }
  const left = Math.ceil(exp - Date.now() / 1000)
  if (left > 0) return wrong(`ainda vale por ${left} s: confira depois`)
  const status = await statusWith(lab, token)
  return item(title, status === 401, 2, `${status}`, wanted)
}

/** Seconds since 1970; 0 in a text that is not a token. */
function timesOf(token: string): { iat: number; exp: number } {
  try {
    const { iat = 0, exp = 0 } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return { iat: Number(iat), exp: Number(exp) }
  } catch {
    return { iat: 0, exp: 0 } // jwtVerify() says what is wrong
  }
}

export const check: LessonCheck = {
  questions: random => {
    const issued = integer(random, 1000, 9000)
    const name = oneFrom(random, ['ana', 'bruno', 'carla', 'davi', 'elisa', 'fabio'])
    const [question, answer] = oneFrom(random, [
      ['ler o que há em um token que copiou', 'sim'],
      ['trocar o campo roles de um token sem que a API perceba', 'não'],
      ['usar um token copiado até o fim do prazo', 'sim'],
    ] as const)
    return [
      {
        id: 'a',
        text: `Um token tem iat ${issued} e vale 5 minutos. Qual é o exp?`,
        answer: `${issued + 300}`,
      },
      {
        id: 'b',
        text: `Que texto está codificado em base64url em ${Buffer.from(`{"sub":"${name}"}`).toString('base64url')}? Escreva só o valor de sub.`,
        answer: name,
      },
      { id: 'c', text: `Sem a chave privada, alguém consegue ${question}? (sim ou não)`, answer },
    ]
  },
  task: () =>
    `Guarde em exercises/11/${TOKEN_FILE} o token que você recebeu na lição (cp .lab/token …), e confira quando ele tiver mais de 5 minutos.`,
  observe: async (lab, _, folder) => {
    const { access_token = '', refresh_token = '' } = await signIn(lab).catch((): Tokens => ({}))
    if (access_token === '')
      return [item('a aplicação ligada', false, 5, 'nenhum token', 'npm run lab -- start reposicao')]
    return [
      await withoutSignature(lab, access_token),
      await familyEnds(lab, refresh_token),
      await expiredIsRefused(lab, folder),
    ]
  },
}
