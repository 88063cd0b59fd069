/**
 * Loaded before a component of the lab (`node --import`): puts the student's file in place of ours, without touching the tree.
 *
 *     LAB_EXERCISE=02 ADDRESS=127.20.0.5 node --import ./lessons/in-place/preload.ts dns-server/main.ts
 *
 * A module that imports the replaced file gets a wrapper: the student's functions behind a guard, and everything else from ours.
 *
 * Read beside: guarded.ts, ../exercise/exercise.ts, https://nodejs.org/api/module.html (`registerHooks`)
 * Touches the world: changes which files this process loads, and writes to its log.
 */
import { registerHooks } from 'node:module'
import { resolve as resolvePath } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Events } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { networkMap, prefixOf } from '#shared/network-map.ts'
import type { Exercise } from '../exercise/exercise.ts'
import { allowedImport } from '../exercise/imports.ts'
import { exerciseNumbered } from '../exercises.ts'
import { studentFile } from '../folders.ts'
import { type GuardedCalls, guardedCalls } from './guarded.ts'

/** Failures that are logged; the painel shows all of them. */
const MAX_LOGGED = 50

declare global {
  /** The guard, for the generated wrapper: a module of its own would be loaded through the hooks. */
  var meutrabalhoGuard: GuardedCalls['guard']
}

const exercise = exerciseNumbered(process.env.LAB_EXERCISE ?? '')
const name = componentName(process.env.ADDRESS ?? '')
if (exercise?.components.includes(name)) install(exercise)

function componentName(address: string): string {
  const prefix = prefixOf(address)
  return networkMap(prefix).hosts.find(host => host.address === address)?.name ?? ''
}

function install(exercise: Exercise): void {
  const log = createLog(name)
  const student = studentFile(exercise)
  const studentUrl = pathToFileURL(resolvePath(student)).href
  let failures = 0
  const calls = guardedCalls(exercise, why => {
    if (++failures <= MAX_LOGGED) log.error('exercise failed', { exercise: exercise.number, file: student, why })
  })
  globalThis.meutrabalhoGuard = calls.guard
  const sources = sourcesFor(exercise, studentUrl)
  registerHooks({
    resolve: (specifier, context, next) => {
      const wanted = context.parentURL === studentUrl ? allowedImport(exercise, specifier) : specifier
      const resolved = next(wanted, context)
      return sources.has(resolved.url)
        ? { url: `exercise:${resolved.url}`, format: 'module', shortCircuit: true }
        : resolved
    },
    load: (url, context, next) => {
      const source = url.startsWith('exercise:') ? sources.get(url.slice('exercise:'.length)) : undefined
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
  markEvents(calls)
  log.info('exercise in place', { exercise: exercise.number, file: student, replaces: exercise.replaces })
}

/** What is loaded in place of files of ours, by their URLs. */
function sourcesFor({ replaces, functions, without }: Exercise, student: string): ReadonlyMap<string, string> {
  const ours = urlOf(replaces)
  const wrapper = [
    `export * from ${JSON.stringify(`${ours}?ours`)}`,
    `import * as student from ${JSON.stringify(student)}`,
    ...functions.map(name => `export const ${name} = globalThis.meutrabalhoGuard('${name}', student.${name})`),
  ]
  return new Map([
    [ours, wrapper.join('\n')],
    ...Object.entries(without).map(([file, source]): [string, string] => [urlOf(file), source]),
  ])
}

function urlOf(file: string): string {
  return new URL(`../../${file}`, import.meta.url).href
}

/** The event that a call led to has the mark: "your code answered here". */
function markEvents(calls: GuardedCalls): void {
  const publish = Events.prototype.publish
  Events.prototype.publish = function (kind, detail, request) {
    const exercise = calls.takeMark(kind)
    publish.call(this, kind, exercise === undefined ? detail : () => ({ ...detail(), exercise }), request)
  }
}
