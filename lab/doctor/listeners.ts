/**
 * Reads what each system prints about listening sockets: `ss` on Linux, `lsof` on macOS, `netstat` on Windows.
 *
 * Read beside: probes.ts (which runs these programs), ss(8), lsof(8)
 * Pure: text in, sockets out. Lines that are not understood are left out.
 */
import type { Listener } from './facts.ts'

/** `ss -lntupH`: `tcp LISTEN 0 511 127.20.0.20:80 0.0.0.0:* users:(("node",pid=42,fd=20))`. Without root, only one's own programs are named. */
export function parseSs(text: string): Listener[] {
  return text.split('\n').flatMap(line => {
    const [protocol, , , , local = ''] = line.trim().split(/\s+/)
    const place = placeOf(local)
    if ((protocol !== 'tcp' && protocol !== 'udp') || !place) return []
    const [, program, pid] = /users:\(\("([^"]*)",pid=(\d+)/.exec(line) ?? []
    return { protocol, ...place, ...(program === undefined ? {} : { program, pid: Number(pid) }) }
  })
}

/** `lsof -nP -iTCP -sTCP:LISTEN -iUDP`: `com.docke 812 ana 70u IPv4 0x… 0t0 TCP 127.0.0.1:5300 (LISTEN)`. */
export function parseLsof(text: string): Listener[] {
  return text.split('\n').flatMap(line => {
    const [, program, pid, protocol = '', local = ''] = /^(\S+)\s+(\d+)\s.*\s(TCP|UDP)\s+(\S+)/.exec(line) ?? []
    const place = placeOf(local)
    if (program === undefined || !place) return []
    return {
      protocol: protocol === 'TCP' ? 'tcp' : 'udp',
      ...place,
      program: program.replaceAll('\\x20', ' '),
      pid: Number(pid),
    }
  })
}

/** `netstat -ano`: `TCP 127.0.0.1:1080 0.0.0.0:0 LISTENING 4242`. UDP has no state. */
export function parseNetstat(text: string): Listener[] {
  return text.split('\n').flatMap(line => {
    const words = line.trim().split(/\s+/)
    const [protocol = '', local = '', , state] = words
    const place = placeOf(local)
    const isListening =
      protocol === 'UDP' || (protocol === 'TCP' && state !== undefined && /^(LISTENING|ESCUTA|OUVINDO)/i.test(state))
    if (!isListening || !place) return []
    return { protocol: protocol === 'TCP' ? 'tcp' : 'udp', ...place, pid: Number(words.at(-1)) }
  })
}

/** `127.0.0.53%lo:53`, `[::]:80`, `*:80`. */
function placeOf(text: string): Pick<Listener, 'address' | 'port'> | undefined {
  const [, address = '', port = ''] = /^\[?([^\]%]*)(?:%[^\]:]*)?\]?:(\d+)$/.exec(text) ?? []
  if (port === '') return undefined
  return { address: ['0.0.0.0', '::', '*', ''].includes(address) ? '*' : address, port: Number(port) }
}
