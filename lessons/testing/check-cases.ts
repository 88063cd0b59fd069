/**
 * What the checks of lessons 8 to 11 observe in a running lab: a right solution has all points, wrong ones lose the points that they should.
 *
 * Read beside: ../lessons.test.ts (which runs these while the lesson's machines are on), ../grading/check.ts
 * Touches the world: requests to the lab, rows in its databases, a file in the student's folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, importJWK, SignJWT } from 'jose'
import type { Test } from 'tap'
import { hostNamed } from '#shared/network-map.ts'
import { keysFor } from '../../backend/queue/redis-names.ts'
import { CHECKS } from '../checks.ts'
import { randomFrom } from '../exercise/random.ts'
import { masterOf, redisCommand, rowsAt } from '../grading/observed-databases.ts'
import { locationOf, type ObservedLab } from '../grading/observed-lab.ts'

const FOLDER_OF_NOBODY = '/nonexistent'

/** Observes for one student. @returns the titles of the items with lost points, and how many items there are */
async function observe(lesson: string, lab: ObservedLab, seed: string, folder = FOLDER_OF_NOBODY) {
  const items = (await CHECKS[lesson]?.observe?.(lab, randomFrom(seed), folder)) ?? []
  const lost = items.filter(({ points, max }) => points < max)
  return { lost: lost.map(({ title }) => title), text: JSON.stringify(lost), count: items.length }
}

function taskOf(lesson: string, seed: string): string {
  return CHECKS[lesson]?.task?.(randomFrom(seed)) ?? ''
}

/** A student whose task contains these words. */
function studentWith(lesson: string, words: string): string {
  for (let i = 0; ; i++) if (taskOf(lesson, `${i}`).includes(words)) return `${i}`
}

export async function nothingIsOff(t: Test, lab: ObservedLab): Promise<void> {
  const { lost } = await observe('08', lab, studentWith('08', 'desligue o mysql e o redis '))
  t.equal(lost.length, 3, `the two machines are on, and three nodes have the row: ${lost}`)
}

export async function oneOfEachIsOff(t: Test, lab: ObservedLab): Promise<void> {
  const { lost, text, count } = await observe('08', lab, studentWith('08', 'desligue o mysql e o redis '))
  t.strictSame([lost, count], [[], 4], text)
  const other = await observe('08', lab, studentWith('08', 'desligue o mysql3 e o redis '))
  t.match(other.lost, [/^o mysql3 está desligado/], 'another MySQL than this student should switch off')
}

export async function sale(t: Test, lab: ObservedLab): Promise<void> {
  const student = 'Ana'
  const quantity = Number(/reserve (\d)/.exec(taskOf('09', student))?.[1])
  const before = await observe('09', lab, student)
  t.match([before.lost, before.count], [[/^o bruno comprou uma vez/], 3], 'nothing was bought')
  const buy = async (key: string) => {
    const headers = { 'idempotency-key': `${key}-r` }
    const json = { quantidade: quantity }
    const reserved = await lab.send('ingressos', '/eventos/1/reservas', { method: 'POST', headers, json })
    return [`${key}-1`, `${key}-1`, `${key}-2`].map(key => ({ key, path: `${locationOf(reserved)}/compra` }))
  }
  const statuses: number[] = []
  for (const { key, path } of await buy('once')) {
    statuses.push((await lab.send('ingressos', path, { method: 'POST', headers: { 'idempotency-key': key } })).status)
  }
  t.strictSame(statuses, [201, 201, 409], 'bought, the same response again, and with another key: it was bought')
  const after = await observe('09', lab, student)
  t.strictSame(after.lost, [], after.text)
  const [again] = await buy('twice')
  await lab.send('ingressos', again?.path ?? '', { method: 'POST', headers: { 'idempotency-key': 'twice' } })
  t.match((await observe('09', lab, student)).lost, [/^o bruno comprou uma vez/], 'a second purchase')
  await rowsAt(hostNamed(lab.map, 'mysql'), 'UPDATE ingressos_events SET available = available + 1 WHERE id = 1')
  t.match((await observe('09', lab, student)).lost[1], /^em cada evento/, 'a seat that is sold and available')
}

/** Buys what was bought, which needs the student's obstacle(), and asks for something else. @returns the two statuses */
export async function boughtAgain(lab: ObservedLab): Promise<number[]> {
  const bought = "SELECT id FROM ingressos_reservations WHERE state = 'bought'"
  const [row] = await rowsAt(hostNamed(lab.map, 'mysql'), bought)
  const request = { method: 'POST', headers: { 'idempotency-key': 'again' } }
  // Any edge may get it, also one that has not yet found the server that was started.
  const isFound = ({ status }: { status: number }) => status !== 502 && status !== 503
  const again = await lab.untilSent('ingressos', `/reservas/${row?.id}/compra`, isFound, request)
  const events = await lab.untilSent('ingressos', '/eventos', isFound)
  return [again.status, events.status]
}

export async function signUp(t: Test, lab: ObservedLab): Promise<void> {
  const student = 'Ana'
  const username = /pessoa\d+/.exec(taskOf('10', student))?.[0] ?? ''
  t.equal((await observe('10', lab, student)).lost.length, 2, 'the person is not signed up')
  const json = { username, nome: 'Pessoa', email: `${username}@example.com`, password: 'tres-gatos-na-janela-azul' }
  const path = locationOf(await lab.send('cadastro', '/cadastros', { method: 'POST', json }))
  await lab.untilSent('cadastro', path, ({ body }) => /"estado":"em-analise"/.test(body))
  t.equal((await observe('10', lab, student)).lost.length, 2, 'the sign-up is not approved')
  await lab.send('cadastro', `${path}/aprovacao`, { method: 'POST' })
  const { lost, text, count } = await observe('10', lab, student)
  t.strictSame([lost, count], [[], 3], text)
  const nonsense = ['XADD', keysFor('cadastros', 0).stream, '*', 'message', 'nonsense']
  await redisCommand(await masterOf(lab.map), ...nonsense)
  await lab.untilSent('cadastro', '/filas', ({ body }) => !/"mortas":\[\]/.test(body))
  t.strictSame((await observe('10', lab, student)).lost, ['nenhuma carta morta'], 'a message that is not one')
}

export async function tokens(t: Test, lab: ObservedLab, folder: string, fresh: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const [row] = await rowsAt(
    hostNamed(lab.map, 'mysql'),
    'SELECT private_jwk AS jwk FROM reposicao_keys ORDER BY generation',
  )
  const jwk = JSON.parse(row?.jwk)
  const now = Math.floor(Date.now() / 1000)
  const claims = { ...decodeJwt(fresh), iat: now - 400, exp: now - 100 }
  const signed = async (key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: jwk.kid }).sign(key)
  const expired = await signed(await importJWK(jwk, 'RS256'))
  for (const [what, token, lost] of [
    ['no file', undefined, 1],
    ['a token that is still valid', fresh, 1],
    ['no token', 'nonsense', 1],
    ['a token whose content was changed', expired.replace(/\.[^.]{4}/, '.AAAA'), 1],
    ['a token of this lab that has expired', expired, 0],
  ] as const) {
    if (token !== undefined) writeFileSync(join(folder, 'token.txt'), `${token}\n`)
    const seen = await observe('11', lab, 'Ana', folder)
    t.strictSame([seen.lost.length, seen.count], [lost, 3], `${what}: ${seen.text}`)
    if (lost === 1) t.match(seen.lost, [/^o seu token guardado/])
  }
}

export async function applicationIsOff(t: Test, lab: ObservedLab, lesson: string): Promise<void> {
  t.match(await observe(lesson, lab, 'Ana'), { lost: ['a aplicação ligada'], count: 1 })
}
