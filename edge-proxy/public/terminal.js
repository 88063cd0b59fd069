/**
 * The commands of "Now in a terminal", with the addresses and ports that are in force here.
 *
 * Read beside: index.html (data-command), shared/network-map.ts (who has which address and port)
 * Pure but for showCommands(), which writes them into the document.
 */

/** @param {Pick<Location, 'hostname' | 'port' | 'host'>} location where the page came from */
export function showCommands(location) {
  for (const element of document.querySelectorAll('[data-command]')) {
    const command = /** @type {HTMLElement} */ (element).dataset.command
    element.textContent = command === 'dig' ? digCommand(location) : `curl -si http://${location.host}/status`
  }
}

/**
 * Opened by an address of the map (127.20.0.20), the DNS server is its neighbour .5; opened through a port that Docker publishes,
 * it is published too; opened by name, this machine already asks it. High ports go together: 8080 and 5300.
 *
 * @param {Pick<Location, 'hostname' | 'port'>} location
 */
export function digCommand({ hostname, port }) {
  const published = /^808[123]$/.test(port)
  const map = /^((?:\d{1,3}\.){3})2[0-2]$/.exec(hostname)
  const server = published ? '@127.0.0.1 ' : map ? `@${map[1]}5 ` : ''
  return `dig ${server}${published || port === '8080' ? '-p 5300 ' : ''}www.meutrabalho.com.br +short`
}
