import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { scratch } from '../test/testing/scratch.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { readConfig } from './config.ts'
import { openControl } from './control.ts'
import { Launcher } from './launcher.ts'

async function command(t: Test, folder: string, ...args: string[]) {
  const ran = new Spawned(t, [process.execPath, 'lab/command.ts', ...args], { env: { LAB_DIR: folder } })
  const { code } = await ran.ended
  return { code, output: ran.output }
}

t.test('npm run lab: without a lab, status, stop and start say so', async t => {
  const folder = scratch(t)
  for (const args of [
    ['status'],
    ['stop', 'backend2'],
    ['start', 'backend2'],
    ['pause', 'backend2'],
    ['resume', 'backend2'],
    ['down'],
    ['fault', 'list'],
    ['status', '--json'],
  ]) {
    const { code, output } = await command(t, folder, ...args)
    t.strictSame(
      [code, output],
      [1, 'lab: nenhum laboratório está ligado aqui · no lab is running here: npm start\n'],
      args.join(' '),
    )
  }
})

t.test('npm run lab: with a lab, status is its table, and a refusal is one sentence', async t => {
  const folder = scratch(t)
  const control = await openControl(folder, new Launcher({ ...readConfig({}), folder }, 'high', () => {}))
  t.teardown(control.close)
  const status = await command(t, folder, 'status')
  t.equal(status.code, 0)
  t.match(status.output, /^ mysql +MySQL +127\.20\.0\.3:3306 +desligado · off\n/)
  t.match(JSON.parse((await command(t, folder, 'status', '--json')).output), {
    prefix: '127.20.0',
    ports: 'high',
    components: [{ name: 'mysql', state: 'stopped' }],
  })
  t.match(await command(t, folder, 'stop', 'backend2'), {
    code: 1,
    output: /^lab: backend2 .* is not running: npm run lab/,
  })
  t.match(await command(t, folder, 'stop', 'a'.repeat(100_000)), {
    code: 1,
    output: /^lab: .* no component has a name as long as that\n$/,
  })
  t.match(await command(t, folder, 'stop', '\x1b[31m\nforged'), {
    output: /^lab: "\\u001b\[31m\\nforged" .*there is no such component/,
  })
  t.match(await command(t, folder, 'stop', 'a&b=c /'), { code: 1, output: 'lab: "a&b=c /" não existe' })
})

t.test('npm run lab -- reset without a running lab deletes what the last one wrote', async t => {
  const folder = scratch(t)
  for (const name of ['mysql', 'zones', 'logs']) mkdirSync(join(folder, name))
  t.match(await command(t, folder, 'reset'), { code: 0, output: /removed; npm start\n$/ })
  t.strictSame(
    ['mysql', 'zones', 'logs'].map(name => existsSync(join(folder, name))),
    [false, false, true],
  )
})

t.test('npm run lab: what is not a command gets the list of commands', async t => {
  for (const args of [[], ['stop'], ['status', 'now'], ['stop', 'a', 'b'], ['zone', 'check'], ['destroy']]) {
    const { code, output } = await command(t, scratch(t), ...args)
    t.equal(code, 1)
    const said = args.length > 0 ? `lab: isto não é um comando · this is not a command: "${args.join(' ')}"\n` : ''
    t.equal(output.slice(0, output.indexOf('npm run lab')), said)
    t.match(output, /npm run lab -- COMANDO · COMMAND\n(.*\n)+ {2}zone check ARQUIVO/, args.join(' '))
  }
})

t.test('npm run lab -- --help is the list of commands, and no error', async t => {
  for (const args of [['--help'], ['help'], ['stop', '-h']]) {
    t.match(await command(t, scratch(t), ...args), { code: 0, output: /^npm run lab -- COMANDO/ }, args.join(' '))
  }
})

t.test('npm run lab -- zone check judges a file, whose name or second argument says which zone it is', async t => {
  const good = 'dns-server/zones/db.meutrabalho.com.br'
  const served = /OK: zona meutrabalho\.com\.br\. serial \d+, \d+ registros · zone .* serial \d+, \d+ records\n$/
  t.match(await command(t, '.lab', 'zone', 'check', good), { code: 0, output: served })
  t.match(await command(t, '.lab', 'zone', 'check', good, 'meutrabalho.com.br'), { code: 0, output: `${good}: OK` })
  t.match(await command(t, '.lab', 'zone', 'check', '/no/file'), {
    code: 1,
    output: 'lab: /no/file: este arquivo não existe · there is no such file\n',
  })
  for (const endless of ['/dev/zero', '.']) {
    t.match(await command(t, '.lab', 'zone', 'check', endless, 'meutrabalho.com.br'), {
      code: 1,
      output: `lab: ${endless}: não é um arquivo · is not a file\n`,
    })
  }
  t.match(await command(t, '.lab', 'zone', 'check', 'README.md'), {
    code: 1,
    output:
      'lab: README.md: de qual zona? · which zone is it? npm run lab -- zone check README.md meutrabalho.com.br\n',
  })
  // The server would not read these files, whatever is in them.
  const folder = scratch(t)
  const text = readFileSync(good)
  for (const name of ['meutrabalho.zone', 'db.meutrabalho.com.br.bak', 'db.other.example']) {
    const file = join(folder, name)
    writeFileSync(file, text)
    t.match(await command(t, '.lab', 'zone', 'check', file, 'meutrabalho.com.br'), {
      code: 0,
      output: / · the server reads this zone only from a file named db\.meutrabalho\.com\.br\n$/,
    })
  }
  const bad = join(folder, 'db.meutrabalho.com.br')
  writeFileSync(bad, '$TTL 5\n@ IN SOA ns1 root 1 2 3 4 5\n@ NS ns1\nns1 A 172.20.0.5\nwww A 172.20.0.256\n')
  t.match(await command(t, '.lab', 'zone', 'check', bad), { code: 1, output: new RegExp(`${bad}:5:\\d+: .*256`) })
})

t.test('npm run lab: dig and load need a running lab; doctor and browser --dry-run do not', async t => {
  const folder = scratch(t)
  for (const args of [
    ['dig', 'www.meutrabalho.com.br'],
    ['load', '--count=1'],
  ])
    t.match(await command(t, folder, ...args), { code: 1, output: /no lab is running here: npm start/ }, args.join(' '))
  for (const args of [['dig'], ['load', '--fast'], ['browser', 'lynx'], ['doctor', 'x']])
    t.match(await command(t, folder, ...args), { code: 1, output: /this is not a command/ }, args.join(' '))

  const doctor = await command(t, folder, 'doctor', '--json')
  const { platform, findings, resolver } = JSON.parse(doctor.output)
  t.match([platform, resolver.set.length > 0], ['linux', true])
  for (const id of ['system', 'packages', 'ports', 'clock', 'docker', 'network'])
    t.ok(
      findings.some((finding: { id: string }) => finding.id === id),
      id,
    )
  const printed = await command(t, folder, 'doctor')
  t.match(printed.output, /^ ✓ .*Linux, Node v/)
  t.match(printed.output, /Se quiser: .*\n If you like: /)

  const dry = await command(t, folder, 'browser', '--dry-run')
  t.match(dry.output, dry.code === 0 ? /--proxy-server=socks5:\/\/127\.20\.0\.8:1080|--profile/ : /no browser found/)
})

t.test(
  'npm run lab -- zone check FILE | head ends without an error, also when it prints more than a pipe holds',
  async t => {
    const folder = scratch(t)
    const file = join(folder, 'db.test')
    const bad = Array.from({ length: 2000 }, (_, i) => `x${i} CNAME nowhere${i}\n`).join('')
    writeFileSync(file, `$TTL 5\n@ SOA ns1.x. root 1 60 15 86400 30\n@ NS ns1.x.\n${bad}`)
    const script = '"$0" lab/command.ts zone check "$1" | head -c 1'
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script, process.execPath, file])
    t.match({ stdout, stderr }, { stdout: /^.$/, stderr: '' })
  },
)
