/**
 * What the page's own address tells: by which road it was reached, and which commands take the same road in a terminal.
 *
 * Read beside: index.html (data-command), shared/network-map.ts (who has which address and port)
 * Pure but for showCommands(), which writes into the document.
 */

/** @typedef {Pick<Location, 'hostname' | 'port'>} Place */

/**
 * - `port`: one that Docker publishes on this machine, 8081 for frontend1 and so on
 * - `address`: a frontend's own; nobody asked the DNS
 * - `name`: as it should be
 *
 * @param {Place} place
 * @returns {'port' | 'address' | 'name'}
 */
export function reachedBy({ hostname, port }) {
  if (/^808[123]$/.test(port)) return 'port'
  return /^[\d.]+$|^\[/.test(hostname) ? 'address' : 'name'
}

/**
 * Reached by an address of the map (127.20.0.20), the DNS server is its neighbour .5; through Docker, it is published too;
 * by name, this machine asks it already. High ports go together: 8080 and 5300.
 *
 * @param {Place} place
 */
export function digCommand(place) {
  const published = reachedBy(place) === 'port'
  const map = /^((?:\d{1,3}\.){3})2[0-2]$/.exec(place.hostname)
  const server = published ? '@127.0.0.1 ' : map ? `@${map[1]}5 ` : ''
  return `dig ${server}${published || place.port === '8080' ? '-p 5300 ' : ''}www.meutrabalho.com.br +short`
}

/** In Docker, machines are switched off and on by Docker. @param {Place} place */
export function switchCommands(place) {
  const inDocker = reachedBy(place) === 'port' || place.hostname.startsWith('172.20.0.')
  return inDocker
    ? 'docker compose kill backend2\ndocker compose start backend2'
    : 'npm run lab -- stop backend2\nnpm run lab -- start backend2'
}

/** Writes the addresses and ports that are in force here into the commands of the page. @param {Location} place */
export function showCommands(place) {
  /** @type {Readonly<Record<string, string>>} */
  const commands = {
    dig: digCommand(place),
    curl: `curl -si http://${place.host}/status`,
    switch: switchCommands(place),
  }
  for (const element of document.querySelectorAll('[data-command]')) {
    element.textContent = commands[/** @type {HTMLElement} */ (element).dataset.command ?? ''] ?? element.textContent
  }
}
