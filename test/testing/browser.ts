/**
 * A real browser for tests: the system's Chromium, driven by playwright-core, and a witness to what it should not do.
 *
 * Touches the world: runs Chromium, which takes its addresses from the network that the test runs in (see namespace.ts).
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core'
import { WWW } from '#shared/network-map.ts'

/** The browsers that playwright-core drives as Chromium. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/usr/bin/microsoft-edge-stable',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
]

/** The first of them that starts. (Ubuntu's chromium-browser may be a script that only asks for the snap.) */
const browser = PLACES.find(place => spawnSync(place, ['--version']).status === 0)

/** The browser's path; empty when there is none. */
export const browserPath = browser ?? ''

/** The reason why there is no browser here; undefined when there is one. */
export function noBrowser(): string | undefined {
  return browser === undefined ? `Chromium is not installed: none of ${PLACES.join(', ')} starts` : undefined
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    // Without its sandbox, which cannot be made for root; everything it opens here is our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  })
}

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/**
 * What axe-core complains of: of each rule that is violated, its name and the first element. Other results and the selectors of the elements, which take
 * most of the time on a page with many elements, are left out.
 *
 * @param part the selector of the part of the page that is examined
 */
export async function accessibilityViolations(page: Page, part = 'html'): Promise<unknown> {
  await page.evaluate(AXE)
  const options = "{ resultTypes: ['violations'], selectors: false }"
  const shown = 'violations.map(({ id, nodes }) => [id, nodes[0].html])'
  return page.evaluate(`axe.run(${JSON.stringify(part)}, ${options}).then(({ violations }) => ${shown})`)
}

/** What a page did that a visitor, or the visitor's privacy, would complain of. */
export interface Witness {
  /** Console errors (a violated Content-Security-Policy is one), exceptions, and requests to other hosts. */
  readonly complaints: string[]
  /** Requests so far, `GET /perfil`. */
  readonly requests: string[]
}

/**
 * Watches every page of a context.
 *
 * @param expected console errors that are not errors of the page: Chromium reports each response from 400 on as one
 */
export function watch(context: BrowserContext, expected: readonly RegExp[] = []): Witness {
  const witness: Witness = { complaints: [], requests: [] }
  context.on('request', (request: Request) => {
    const url = new URL(request.url())
    witness.requests.push(`${request.method()} ${url.pathname}`)
    if (url.host !== WWW) witness.complaints.push(`asked ${url.origin}`)
  })
  context.on('page', (page: Page) => {
    page.on('pageerror', error => witness.complaints.push(`exception: ${error.message}`))
    page.on('console', message => {
      const text = `${message.text()} (${message.location().url})`
      if (message.type() === 'error' && !expected.some(pattern => pattern.test(text))) witness.complaints.push(text)
    })
  })
  return witness
}
