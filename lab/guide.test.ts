import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { guide, statusTable, waitingLine } from './guide.ts'

const USUAL = { wsl: false, behindProxy: false, folder: '.lab', variables: '' }

t.test('guide() shows the addresses and ports in force', async t => {
  const low = guide(networkMap('127.20.0', 'low'), USUAL, {})
  t.match(low, /DNS\s+127\.20\.0\.5:53\b/)
  t.match(low, 'dig @127.20.0.5 www.meutrabalho.com.br\n')
  t.match(low, 'http://127.20.0.20/ ')
  const high = guide(networkMap('127.26.9', 'high'), USUAL, {})
  t.match(high, 'dig @127.26.9.5 -p 5300 www.meutrabalho.com.br\n')
  t.match(high, 'http://127.26.9.20:8080/ ')
  t.match(high, /SOCKS5 +127\.26\.9\.8:1080 /)
  t.match(high, /^ *npm run lab -- browser$/m)
  t.match(high, /^ *curl .*--connect-to ::127\.26\.9\.20:8080 .*http:\/\/www\.meutrabalho\.com\.br\/login$/m)
  t.match(high, /^ *curl .*--connect-to ::127\.26\.9\.21:8080 .*http:\/\/www\.meutrabalho\.com\.br\/perfil$/m)
  t.notMatch(high, /127\.20\.0|:80\b/)
})

t.test('guide() prints what works where the lab runs', async t => {
  const map = networkMap('127.20.0', 'low')
  const published = { ns1: '127.0.0.1:5300', frontend1: '127.0.0.1:8081' }
  t.match(guide(map, USUAL, published), /^ +localhost +ns1 127\.0\.0\.1:5300 {2}frontend1 127\.0\.0\.1:8081$/m)
  t.match(guide(map, USUAL, {}), /^ +localhost +nada: .* the ports are in use$/m)
  t.match(guide(map, { ...USUAL, wsl: true }, published), /^ +http:\/\/localhost:8081\/ .*a browser of Windows$/m)
  t.match(guide(map, { ...USUAL, wsl: true }, {}), /^ +http:\/\/127\.20\.0\.20\/ /m, 'where nothing is published')
  const proxied = guide(map, { ...USUAL, behindProxy: true }, {})
  t.equal(proxied.match(/curl -s --noproxy '\*' --connect-to/g)?.length, proxied.match(/curl/g)?.length)
  const elsewhere = guide(map, { ...USUAL, folder: 'my lab', variables: "LAB_DIR='my lab' " }, {})
  t.match(elsewhere, /^ +LAB_DIR='my lab' npm run lab -- stop backend2/m)
  t.match(elsewhere, /^ +curl .* -b 'my lab\/sid' /m, 'the cookie is in the folder of this lab')
  const text = guide(map, USUAL, {}, ['ingressos'])
  t.match(text, /^ +ingressos .*no ar · running$/m)
  t.match(text, /^ +reposicao .*npm run lab -- start reposicao$/m, 'an application that was not started')
})

t.test('statusTable() aligns its columns, and says in both languages what is on', async t => {
  const at = (name: string, state: 'running' | 'starting' | 'stopped' | 'died', more = {}) => ({
    name,
    title: name === 'mysql' ? 'MySQL' : 'Servidor 1',
    address: '127.20.0.3',
    port: 3306,
    state,
    since: 1000,
    ...more,
  })
  const table = statusTable(
    [
      at('mysql', 'running', { pid: 42 }),
      at('backend1', 'starting'),
      at('backend2', 'died', { since: 61_400 - 25 * 60_000 }),
      at('backend4', 'stopped', { since: 0 }),
    ],
    61_400,
  )
  t.equal(
    table,
    [
      ' mysql     MySQL       127.20.0.3:3306  ligado · on         pid 42  60 s',
      ' backend1  Servidor 1  127.20.0.3:3306  ligando · starting          60 s',
      ' backend2  Servidor 1  127.20.0.3:3306  morto · died                25 min',
      ' backend4  Servidor 1  127.20.0.3:3306  desligado · off',
    ].join('\n'),
  )
})

t.test('waitingLine() names what a start is waiting for', async t => {
  const at = (name: string, state: 'running' | 'starting' | 'stopped') => ({
    name,
    title: name,
    address: '127.20.0.3',
    port: 1,
    state,
    since: 0,
  })
  const line = waitingLine([at('redis', 'running'), at('mysql', 'starting'), at('ns1', 'stopped')], 4)
  t.equal(line, '· 4 s, 1 prontos · ready; esperando · waiting for mysql')
  t.equal(waitingLine([at('redis', 'running')], 4), undefined)
})
