/**
 * A packet as a command with which a person sends the same again: `dig` for a query, `curl` for a request.
 *
 * Read beside: dig(1), curl(1), packet-view.js
 * Pure: values in, a line for a shell out. Every value is quoted, because it may be what an attacker has sent.
 */
import { headFields } from './http-head.js'

/** Fields that curl writes itself, or that belong to one connection. */
const OWN_FIELDS = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])

/**
 * @param {{ name?: string, type?: string }} question
 * @param {{ address: string, port: number } | undefined} server
 */
export function digLine({ name = '.', type = 'A' }, server) {
  const place =
    server === undefined ? [] : [`@${server.address}`, ...(server.port === 53 ? [] : ['-p', String(server.port)])]
  return ['dig', ...place, quoted(name), quoted(type)].join(' ')
}

/**
 * @param {string} hex the head of a request
 * @param {{ address: string, port: number } | undefined} server where it was sent to
 */
export function curlLine(hex, server) {
  const [line, ...fields] = headFields(hex)
  const [method = 'GET', target = '/'] = (line?.value ?? '').split(' ')
  const host = fields.find(({ name }) => name.toLowerCase() === 'host')?.value ?? 'www.meutrabalho.com.br'
  const sent = fields.filter(({ name }) => name !== '' && !OWN_FIELDS.has(name.toLowerCase()))
  return [
    'curl -i',
    ...(server === undefined ? [] : ['--connect-to', quoted(`::${server.address}:${server.port}`)]),
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['-I'] : ['-X', quoted(method)]),
    ...sent.map(({ name, value }) => `-H ${quoted(`${name}: ${value}`)}`),
    quoted(`http://${host}${target}`),
  ].join(' ')
}

/** For a POSIX shell. @param {string} text */
function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
