import t from 'tap'
import { cacheAdvice, otherSetups, resolverSetup } from './resolver-setup.ts'

const server = { address: '127.20.0.5', port: 5300 }

t.test('resolverSetup(): systemd-resolved takes address and port, for the one domain', async t => {
  const { set, undo } = resolverSetup('linux', server, true)
  t.ok(set.some(line => line.includes('[Resolve]\\nDNS=127.20.0.5:5300\\nDomains=~meutrabalho.com.br\\n')))
  t.match(undo, [/^sudo rm \/etc\/systemd\/resolved\.conf\.d\/meutrabalho\.conf$/, /restart systemd-resolved$/])
})

t.test('resolverSetup(): macOS has a file for the domain, with a port; Windows a rule, without', async t => {
  const mac = resolverSetup('darwin', { address: '127.0.0.1', port: 5300 }, false)
  t.ok(
    mac.set.includes(`printf 'nameserver 127.0.0.1\\nport 5300\\n' | sudo tee /etc/resolver/meutrabalho.com.br`),
    'resolver(5)',
  )
  for (const platform of ['win32', 'wsl'] as const) {
    const { set, undo } = resolverSetup(platform, server, true)
    t.ok(set.includes('Add-DnsClientNrptRule -Namespace ".meutrabalho.com.br" -NameServers "127.0.0.1"'), platform)
    t.match(undo, [/Remove-DnsClientNrptRule/])
  }
  t.match(resolverSetup('linux', server, false).set, ['dig @127.20.0.5 -p 5300 www.meutrabalho.com.br', /dnsmasq/])
})

t.test('cacheAdvice() empties the cache of each system, and those of the browser', async t => {
  const first = (platform: Parameters<typeof cacheAdvice>[0], resolved = false) => cacheAdvice(platform, resolved)[0]
  t.match(first('linux', true), /^resolvectl flush-caches/)
  t.match(first('linux'), /^chrome:/)
  t.match(first('wsl'), /^ipconfig\.exe/)
  t.match(first('darwin'), /mDNSResponder/)
  t.match(first('win32'), /^ipconfig /)
  t.equal(cacheAdvice('linux', false).length, 2)
})

t.test('otherSetups() has the systems that this one is not', async t => {
  const words = (platform: Parameters<typeof otherSetups>[0]) => otherSetups(platform).map(({ set }) => set.join('\n'))
  t.match(words('linux'), [/\/etc\/resolver/, /NrptRule/])
  t.match(words('darwin'), [/resolved\.conf\.d/, /NrptRule/])
  t.match(words('win32'), [/resolved\.conf\.d/, /\/etc\/resolver/])
  t.equal(words('wsl').length, 2, 'Windows is its own system')
})
