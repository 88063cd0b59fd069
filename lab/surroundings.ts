/**
 * Where the lab runs, as far as it changes what a person has to type: in WSL, behind an HTTP proxy, in another folder than usual.
 *
 * Read beside: guide.ts, experiments.ts
 * Pure: an environment in, facts out.
 */
import type { Environment } from '#shared/settings.ts'
import type { Platform } from './platform.ts'

export interface Surroundings {
  /** Windows reaches only 127.0.0.1 of WSL. */
  readonly wsl: boolean
  /** curl would send requests for the lab's addresses to this network's proxy. */
  readonly behindProxy: boolean
  /** The folder of the lab, as in `LAB_DIR`. Only its user can read what is in it. */
  readonly folder: string
  /** What is written before `npm run lab` so that it finds this lab: `LAB_DIR='my lab' `, or nothing. */
  readonly variables: string
}

export function surroundingsFrom(env: Environment, platform: Platform, folder: string): Surroundings {
  // curl reads http_proxy in lower case only (in upper case a CGI program could be given it by a request); the others in both.
  const proxy = env.http_proxy || env.all_proxy || env.ALL_PROXY
  const exceptions = env.no_proxy || env.NO_PROXY || ''
  return {
    wsl: platform === 'wsl',
    behindProxy: Boolean(proxy) && exceptions.trim() !== '*',
    folder,
    variables: env.LAB_DIR ? `LAB_DIR=${shellWord(env.LAB_DIR)} ` : '',
  }
}

/** As one word of a shell command. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
