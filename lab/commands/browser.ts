/**
 * `browser [NAME] [--dry-run]`: opens a browser in the lab's network, waits until it is closed, and removes its profile.
 *
 * Read beside: ../browser/plan.ts (the command line), client/socks/ (the proxy)
 * Touches the world: looks for browsers and the proxy, writes a profile, runs the browser.
 */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, release, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { type BrowserName, candidates, type InstalledBrowser } from '../browser/candidates.ts'
import { type BrowserPlan, planBrowser } from '../browser/plan.ts'
import { isLabProxy } from '../browser/proxy-probe.ts'
import { CommandError } from '../component-status.ts'
import { readConfig } from '../config.ts'
import { statusOf } from '../control-client.ts'
import { platformOf } from '../platform.ts'
import type { LabCommand } from './lab-command.ts'

const NAMES: readonly string[] = ['chromium', 'chrome', 'edge', 'firefox'] satisfies BrowserName[]
const DRY_RUN = '--dry-run'
/** In compose.yaml. */
const COMPOSE_PREFIX = '172.20.0'

export const browser: LabCommand = {
  unhurried: true,
  accepts: args => {
    const words = args.filter(word => word !== DRY_RUN)
    return words.length === 0 || (words.length === 1 && NAMES.includes(words[0] ?? ''))
  },
  run: async (args, { folder: labFolder, json, print, note }) => {
    const wanted = args.find(word => word !== DRY_RUN)
    const dryRun = args.includes(DRY_RUN)
    const { plan, folder } = await makePlan(wanted, dryRun, await prefixesInForce(labFolder))
    if (json) print(JSON.stringify(plan))
    else {
      print(plan.command.map(quoted).join(' '))
      for (const [file, text] of Object.entries(plan.files)) print(`\n${file}:\n${text}`)
    }
    if (dryRun) return 0
    note('· perfil descartável; feche o navegador para terminar · throw-away profile; close the browser to end')
    return open(plan, folder)
  },
}

/**
 * For a dry run the lab need not run, and there need be no screen.
 *
 * @returns the plan, and the profile's folder as this process sees it
 * @throws CommandError with what to do
 */
async function makePlan(
  wanted: string | undefined,
  dryRun: boolean,
  prefixes: readonly [string, ...string[]],
): Promise<{ plan: BrowserPlan; folder: string }> {
  const platform = platformOf(process.platform, release())
  const socks = hostNamed(networkMap(prefixes[0]), 'socks')
  const programFolders = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap(name => process.env[name] ?? [])
  const path = (process.env.PATH ?? '').split(delimiter)
  const found = candidates(platform, { home: homedir(), path, programFolders }).filter(({ path }) => existsSync(path))
  const browser = wanted === undefined ? found[0] : found.find(({ name }) => name === wanted)
  if (wanted !== undefined && !browser)
    throw new CommandError(`${wanted} não está instalado aqui · is not installed here: npm run lab -- browser`)
  const temp = temporaryFolder(platform === 'wsl' ? browser : undefined)
  const opensHere = (platform === 'linux' || platform === 'wsl') && browser?.system !== 'windows'
  const places = [socks.address, '127.0.0.1'].map(address => `${address}:${socks.port}`)
  const plan = planBrowser({
    platform: opensHere ? 'linux' : platform,
    browser,
    proxies: dryRun ? places : await answering(places, prefixes),
    screen: dryRun || !opensHere || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY),
    temp,
    home: homedir(),
    root: process.getuid?.() === 0,
    unique: randomBytes(4).toString('hex'),
  })
  if ('problem' in plan) throw new CommandError(plan.problem)
  return { plan, folder: temp.includes('\\') && platform === 'wsl' ? unixPath(plan.profile) : plan.profile }
}

/** That of the lab which runs in this folder; without one, LAB_PREFIX and that of Docker Compose. */
async function prefixesInForce(labFolder: string): Promise<[string, ...string[]]> {
  try {
    return [(await statusOf(labFolder)).prefix]
  } catch {
    return [readConfig(process.env).prefix, COMPOSE_PREFIX] // no lab here, or one that does not answer
  }
}

/** The places at which the proxy of a lab with one of these prefixes answers. */
async function answering(places: readonly string[], prefixes: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const place of places) {
    const [address = '', port] = place.split(':')
    const answers = await Promise.all(prefixes.map(prefix => isLabProxy(address, Number(port), prefix)))
    if (answers.includes(true)) found.push(place)
  }
  return found
}

/** For a browser of Windows under WSL, the temporary folder of Windows. */
function temporaryFolder(browser: InstalledBrowser | undefined): string {
  if (browser?.system !== 'windows') return tmpdir()
  return execFileSync('cmd.exe', ['/C', 'echo %TEMP%'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

function unixPath(windowsPath: string): string {
  return execFileSync('wslpath', ['-u', windowsPath], { encoding: 'utf8' }).trim()
}

/** @returns the exit code of the browser */
async function open({ command, files }: BrowserPlan, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: 'ignore' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'))
  try {
    const [code] = await once(child, 'exit')
    return code ?? 0
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** For a shell: quoted where it has to be. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
