import t from 'tap'
import { parseLsof, parseNetstat, parseSs } from './listeners.ts'

t.test('parseSs() reads sockets and, where it may, programs', async t => {
  const text = `udp   UNCONN 0      0              127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=612,fd=13))
udp   UNCONN 0      0                    [::1]:323             [::]:*
tcp   LISTEN 0      511            127.20.0.20:80          0.0.0.0:*    users:(("node-MainThread",pid=4242,fd=25))
tcp   LISTEN 0      4096                     *:8081              *:*
tcp   LISTEN 0      128                0.0.0.0:22          0.0.0.0:*
nl    UNCONN 0      0                     rtnl:kernel                   *
`
  t.strictSame(parseSs(text), [
    { protocol: 'udp', address: '127.0.0.53', port: 53, program: 'systemd-resolve', pid: 612 },
    { protocol: 'udp', address: '::1', port: 323 },
    { protocol: 'tcp', address: '127.20.0.20', port: 80, program: 'node-MainThread', pid: 4242 },
    { protocol: 'tcp', address: '*', port: 8081 },
    { protocol: 'tcp', address: '*', port: 22 },
  ])
  t.strictSame(parseSs(''), [])
})

t.test('parseLsof() reads what macOS prints', async t => {
  const text = `COMMAND     PID USER   FD   TYPE             DEVICE SIZE/OFF NODE NAME
com.docke   812  ana   70u  IPv4 0x2f6b2d1d6a8f9a3b      0t0  TCP 127.0.0.1:5300 (LISTEN)
Control\\x20Ce 500 ana  10u  IPv6 0x2f6b2d1d6a8f9a3c      0t0  TCP *:5000 (LISTEN)
mDNSRespo   200 _mdns  20u  IPv4 0x2f6b2d1d6a8f9a3d      0t0  UDP *:5353
`
  t.strictSame(parseLsof(text), [
    { protocol: 'tcp', address: '127.0.0.1', port: 5300, program: 'com.docke', pid: 812 },
    { protocol: 'tcp', address: '*', port: 5000, program: 'Control Ce', pid: 500 },
    { protocol: 'udp', address: '*', port: 5353, program: 'mDNSRespo', pid: 200 },
  ])
})

t.test('parseNetstat() reads what Windows prints, also in Portuguese', async t => {
  const text = `
Conexões ativas

  Proto  Endereço local         Endereço externo       Estado           PID
  TCP    127.0.0.1:1080         0.0.0.0:0              LISTENING        4242
  TCP    0.0.0.0:445            0.0.0.0:0              ESCUTANDO        4
  TCP    127.0.0.1:50000        127.0.0.1:1080         ESTABLISHED      99
  UDP    [::]:5353              *:*                                     3000
`
  t.strictSame(parseNetstat(text), [
    { protocol: 'tcp', address: '127.0.0.1', port: 1080, pid: 4242 },
    { protocol: 'tcp', address: '*', port: 445, pid: 4 },
    { protocol: 'udp', address: '*', port: 5353, pid: 3000 },
  ])
})
