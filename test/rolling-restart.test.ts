/**
 * Every backend and every edge is restarted, one after the other, under load. No request is lost.
 *
 * Nothing is switched off here: each gets SIGTERM, fails its health checks from then on, finishes what it has
 * begun, and ends with exit code 0.
 */
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { hostsOf } from '#shared/network-map.ts'
import { ask } from '../lab/control-client.ts'
import { Client } from './testing/client.ts'
import { forget, startLab } from './testing/lab.ts'
import { until } from './testing/until.ts'

const PEOPLE = 6
/** Between a response and the next request of the same person. Without it, the load takes the CPU that the restarts need. */
const PACE_MS = 20
/** A bound for the load, should the restarts hang. */
const REQUESTS_EACH_MAX = 20_000

const lab = await startLab()
const frontends = hostsOf(lab.map, 'frontend').map(host => host.name)
const backends = hostsOf(lab.map, 'backend')
  .filter(host => !host.spare)
  .map(host => host.name)
t.teardown(async () => {
  await lab.stop()
  forget(lab.folder)
})

const state = async (name: string) => {
  const { components } = await ask(lab.folder, 'GET', '/status')
  return components.find(component => component.name === name)
}

/** The component that is being restarted; undefined when all have been. */
let restarting: string | undefined = 'none yet'

/** Logs in and asks for the profile until all have been restarted. @returns how many times, and what went wrong */
async function person(): Promise<{ asked: number; wrong: string[] }> {
  const client = new Client(lab.map)
  const wrong: string[] = []
  const resetBy = new Set<string>()
  let asked = 0
  const expect = async (status: number, ...[path, options]: Parameters<Client['ask']>) => {
    asked++
    try {
      const answer = await client.ask(path, options)
      if (answer.status !== status)
        wrong.push(`${path}: ${answer.status} ${answer.headers['x-served-by']} ${answer.body}`)
    } catch (error) {
      // A listening socket that is closed resets what the kernel has taken in at that very moment. Nothing was answered, so a
      // client asks again (RFC 9110 §9.2.2). Each person has one request under way, so it may happen to each once for each edge.
      const edge = frontends.find(name => name === restarting)
      const excused = edge !== undefined && !resetBy.has(edge) && options?.method !== 'POST'
      if (!excused) return void wrong.push(`${path}, while ${restarting} was restarted: ${error}`)
      resetBy.add(edge)
      await expect(status, path, options)
    }
  }
  const json = { username: 'ana', password: 'ana-no-laboratorio' }
  await expect(200, '/login', { method: 'POST', json })
  while (restarting !== undefined && asked < REQUESTS_EACH_MAX) {
    await expect(200, '/perfil')
    await pause(PACE_MS)
  }
  await client.close()
  return { asked, wrong }
}

t.test('a rolling restart of all backends and edges loses no request', async t => {
  const people = Array.from({ length: PEOPLE }, person)

  for (const name of [...backends, ...frontends]) {
    restarting = name
    const before = await state(name)
    process.kill(before?.pid ?? 0, 'SIGTERM')
    const obituary = () => lab.output.findLast(line => line.startsWith(`! ${name} `))
    await until(`${name} has ended`, () => obituary() !== undefined)
    t.match(obituary(), /died \(0\)/, `${name} ended with exit code 0`)
    await lab.command('start', name)
    t.not((await state(name))?.pid, before?.pid)
  }

  restarting = undefined
  const outcomes = await Promise.all(people)
  t.strictSame(
    outcomes.flatMap(outcome => outcome.wrong),
    [],
  )
  const asked = outcomes.reduce((sum, outcome) => sum + outcome.asked, 0)
  t.ok(asked > PEOPLE * 50, `${asked} requests were made`)
})
