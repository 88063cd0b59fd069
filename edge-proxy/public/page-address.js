/**
 * The address in the browser's address bar: whether the DNS was needed to reach the page, and which commands fit this lab.
 *
 * Read beside: index.html (data-command), shared/network-map.ts (addresses and ports)
 * Pure but for showCommands(), which writes into the document.
 */

/** @typedef {Pick<Location, 'hostname' | 'port'>} PageAddress */

/**
 * - `name`: the usual case
 * - `address`: the address of a frontend; the DNS was not asked
 * - `port`: a port published on this machine: 8081 is frontend1, 8082 frontend2, 8083 frontend3
 *
 * @param {PageAddress} page
 * @returns {'name' | 'address' | 'port'}
 */
export function addressKind({ hostname, port }) {
  if (/^808[123]$/.test(port)) return 'port'
  return /^[\d.]+$|^\[/.test(hostname) ? 'address' : 'name'
}

/**
 * The DNS server has the address .5 beside a frontend's (127.20.0.20), port 5300 where ports are published, and is the system's
 * own resolver where the page was reached by name. High ports belong together: 8080 and 5300.
 *
 * @param {PageAddress} page
 */
export function digCommand(page) {
  const published = addressKind(page) === 'port'
  const map = /^((?:\d{1,3}\.){3})2[0-2]$/.exec(page.hostname)
  const server = published ? '@127.0.0.1 ' : map ? `@${map[1]}5 ` : ''
  return `dig ${server}${published || page.port === '8080' ? '-p 5300 ' : ''}www.meutrabalho.com.br +short`
}

/**
 * The command for one machine. The prefix 172.20.0 belongs to Docker Compose. A published port may belong to either, so both
 * commands are given, Compose's as a comment.
 *
 * @param {PageAddress} page
 * @param {'start' | 'stop' | 'resume'} action
 * @param {string} machine
 */
export function machineCommand(page, action, machine) {
  const lab = `npm run lab -- ${action} ${machine}`
  const compose = `docker compose ${{ start: 'start', stop: 'kill', resume: 'unpause' }[action]} ${machine}`
  if (page.hostname.startsWith('172.20.0.')) return compose
  return addressKind(page) === 'port' ? `${lab}    # Docker: ${compose}` : lab
}

/** The command that shows which machines are on. @param {PageAddress} page */
export function statusCommand(page) {
  return page.hostname.startsWith('172.20.0.') ? 'docker compose ps' : 'npm run lab -- status'
}

/**
 * The painel of this lab: .2 beside a frontend's address (127.20.0.20), port 9000 where ports are published, otherwise its name.
 *
 * @param {PageAddress} page
 */
export function painelAddress(page) {
  if (addressKind(page) === 'port') return 'http://localhost:9000/'
  const map = /^((?:\d{1,3}\.){3})2[0-2]$/.exec(page.hostname)
  const port = page.port === '8080' ? ':8080' : ''
  return `http://${map ? `${map[1]}2` : 'painel.meutrabalho.com.br'}${port}/`
}

/** Writes the commands that fit this lab into the page. @param {Location} page */
export function showCommands(page) {
  /** @type {Readonly<Record<string, string>>} */
  const commands = {
    dig: digCommand(page),
    curl: `curl --noproxy '*' -si http://${page.host}/status`,
    switch: `${machineCommand(page, 'stop', 'backend2')}\n${machineCommand(page, 'start', 'backend2')}`,
  }
  for (const element of document.querySelectorAll('[data-command]')) {
    element.textContent = commands[/** @type {HTMLElement} */ (element).dataset.command ?? ''] ?? element.textContent
  }
  for (const link of document.querySelectorAll('a.painel')) link.setAttribute('href', painelAddress(page))
}
