/**
 * The command line that opens a browser in the lab's network: a profile of its own, which is removed afterwards, and the SOCKS5 proxy for
 * every connection and every name. The user's own browser and profile are not changed.
 *
 * Read beside: candidates.ts (which browsers), client/socks/ (the proxy), ../commands/browser.ts (which runs the command)
 * Pure: what was found in, a command line out.
 */
import { WWW } from '#shared/network-map.ts'
import type { Platform } from '../platform.ts'
import type { InstalledBrowser } from './candidates.ts'

/** Port 80 on purpose: the proxy connects to 8080 where the lab uses the high ports. */
export const START_URL = `http://${WWW}/`

export interface BrowserFacts {
  readonly platform: Platform
  /** Undefined when none was found. */
  readonly browser: InstalledBrowser | undefined
  /** Addresses at which the lab's proxy answers, the one to prefer first. */
  readonly proxies: readonly string[]
  /** The folder for profiles, as the browser gets it: under WSL a path of Windows. */
  readonly temp: string
  readonly home: string
  /** Whether a window can be opened: always so on Windows and macOS, with a graphical session elsewhere. */
  readonly screen: boolean
  /** Chromium has no sandbox for root. */
  readonly root: boolean
  /** Makes the profile's name unique. */
  readonly unique: string
}

export interface BrowserPlan {
  readonly command: readonly string[]
  /** The profile's folder, as the browser gets it. */
  readonly profile: string
  /** Files to write into the profile before the start. */
  readonly files: Readonly<Record<string, string>>
}

/** @returns a plan, or why there is none: one sentence in Portuguese and English that says what to do */
export function planBrowser(facts: BrowserFacts): BrowserPlan | { readonly problem: string } {
  const { browser, platform } = facts
  if (!browser)
    return {
      problem:
        'nenhum navegador encontrado; instale o Chromium, o Chrome, o Edge ou o Firefox · no browser found; install Chromium, Chrome, Edge or Firefox',
    }
  if (!facts.screen)
    return {
      problem:
        'não há tela aqui (DISPLAY); no lugar do navegador use curl · there is no screen here (DISPLAY); in place of the browser use curl: ' +
        `curl --noproxy '' --socks5-hostname ${facts.proxies[0] ?? '127.0.0.1:1080'} ${START_URL}`,
    }
  // Windows reaches only 127.0.0.1 of WSL.
  const proxy = facts.proxies.find(place => platform === 'linux' || place.startsWith('127.0.0.1:'))
  if (proxy === undefined) return { problem: noProxy(facts) }
  const profile = profileFolder(facts, browser)
  return browser.name === 'firefox'
    ? {
        command: [browser.path, '--no-remote', '--new-instance', '--profile', profile, START_URL],
        profile,
        files: { 'user.js': firefoxPreferences(proxy) },
      }
    : { command: [browser.path, ...chromiumArguments(facts, proxy, profile), START_URL], profile, files: {} }
}

function noProxy({ platform, proxies }: BrowserFacts): string {
  if (proxies.length > 0)
    return '127.0.0.1:1080 está ocupada por outro programa, e o Windows só alcança 127.0.0.1; encerre-o e reinicie o laboratório · 127.0.0.1:1080 is in use by another program, and Windows reaches 127.0.0.1 only; end it and restart the lab'
  const start = platform === 'linux' || platform === 'wsl' ? 'npm start' : 'docker compose up'
  return `o proxy SOCKS5 do laboratório não responde; ligue o laboratório · the lab's SOCKS5 proxy does not answer; start the lab: ${start}`
}

/** A snap sees only its own folder of the home folder, and no hidden ones. */
function profileFolder(
  { temp, home, unique, platform }: BrowserFacts,
  { path, name, system }: InstalledBrowser,
): string {
  const folder = `meutrabalho-${unique}`
  if (platform === 'win32' || system === 'windows') return `${temp}\\${folder}`
  if (path.startsWith('/snap/')) return `${home}/snap/${name}/common/${folder}`
  return `${temp}/${folder}`
}

function chromiumArguments({ root, platform }: BrowserFacts, proxy: string, profile: string): string[] {
  const [address] = proxy.split(':')
  return [
    `--user-data-dir=${profile}`,
    `--proxy-server=socks5://${proxy}`,
    // Also for 127.20.0.20: a browser of Windows cannot reach it by itself.
    '--proxy-bypass-list=<-loopback>',
    // No name is resolved by the system, not even to fetch something in advance.
    `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${address}`,
    // The lab uses HTTP: do not try HTTPS first.
    '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(root && platform !== 'win32' ? ['--no-sandbox'] : []),
  ]
}

/** user.js of a profile: preferences that Firefox reads at each start. */
function firefoxPreferences(proxy: string): string {
  const [address = '', port = ''] = proxy.split(':')
  const preferences: Record<string, string | number | boolean> = {
    'network.proxy.type': 1,
    'network.proxy.socks': address,
    'network.proxy.socks_port': Number(port),
    'network.proxy.socks_version': 5,
    // Names go to the proxy instead of the system's resolver. Firefox 128 renamed it.
    'network.proxy.socks_remote_dns': true,
    'network.proxy.socks5_remote_dns': true,
    'network.proxy.no_proxies_on': '',
    'network.proxy.allow_hijacking_localhost': true,
    'network.trr.mode': 5,
    'network.dns.disablePrefetch': true,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'dom.security.https_first': false,
    'browser.shell.checkDefaultBrowser': false,
    'browser.aboutwelcome.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.reportingpolicy.firstRun': false,
  }
  return Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
}
