import { readFileSync } from 'node:fs'
import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { experimentsIn } from './experiments.ts'

const USUAL = { wsl: false, behindProxy: false, folder: '.lab', variables: '' }
const README = readFileSync('README.pt-BR.md', 'utf8')

t.test('experimentsIn() finds the five experiments; all but the page have commands', async t => {
  const found = experimentsIn(README, networkMap('127.20.0'), USUAL)
  t.strictSame(
    found.map(({ number }) => number),
    [1, 2, 3, 4, 5],
  )
  t.strictSame(
    found.map(({ script }) => script !== ''),
    [true, true, true, false, true],
  )
  for (const { title, text } of found) t.notMatch(`${title} ${text}`, /[*`<>]|\n/)
  t.match(found[3]?.text, 'http://127.20.0.20/')
  t.match(found[0]?.script, /dig @127\.20\.0\.5 -p 53 /)
})

t.test('experimentsIn() puts in what is in force: addresses, ports, folder, proxy', async t => {
  const around = { wsl: true, behindProxy: true, folder: 'my lab', variables: "LAB_DIR='my lab' " }
  const found = experimentsIn(README, networkMap('127.26.9', 'high'), around)
  const scripts = found.map(({ script }) => script).join('\n')
  t.notMatch(scripts, /127\.20\.0|HTTP_PORT|DNS_PORT|(?<![\w/])\.lab/)
  t.match(scripts, /dig @127\.26\.9\.5 -p 5300 /)
  t.match(scripts, /--connect-to ::127\.26\.9\.20:8080 /)
  t.match(scripts, /^LAB_DIR='my lab' npm run -s lab -- stop backend2$/m)
  t.match(scripts, /-b 'my lab\/sid' /)
  t.match(scripts, />> 'my lab\/zones\/db\.meutrabalho\.com\.br'$/m)
  const curls = scripts.match(/curl .*/g) ?? []
  t.ok(curls.length >= 3 && curls.every(curl => curl.startsWith("curl --noproxy '*' ")), curls.join('\n'))
  t.match(found[3]?.text, 'http://localhost:8081/ (Windows), http://127.26.9.20:8080/ (Linux)')
})
