import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { layZones, withPrefix } from './zones.ts'

t.test('withPrefix() moves addresses, reversed ones too (RFC 1035 §3.5), and nothing else', async t => {
  const zone = 'www IN A 172.20.0.20\n$ORIGIN 0.20.172.in-addr.arpa.\n; 172.21.0.20 is not ours\n'
  t.equal(
    withPrefix(zone, '127.26.9'),
    'www IN A 127.26.9.20\n$ORIGIN 9.26.127.in-addr.arpa.\n; 172.21.0.20 is not ours\n',
  )
})

t.test("layZones() copies the repository's zones under the lab's prefix", async t => {
  const folder = join(t.testdir(), 'zones')
  layZones(folder, '127.26.9')
  const names = readdirSync(folder)
  t.ok(names.includes('db.meutrabalho.com.br'))
  t.strictSame(
    names.filter(name => name.endsWith('.new') || name.includes('0.20.172')),
    [],
  )
  for (const name of names) t.notMatch(readFileSync(join(folder, name), 'utf8'), /172\.20\.0|0\.20\.172/, name)
  t.match(readFileSync(join(folder, 'db.meutrabalho.com.br'), 'utf8'), /^www\s.*\sA\s+127\.26\.9\.20\b/m)
})

t.test('layZones() leaves what a student has edited', async t => {
  const folder = t.testdir({ 'db.meutrabalho.com.br': '; mine\n' })
  const lines: string[] = []
  layZones(folder, '127.26.9', line => lines.push(line))
  t.match(lines, [/registros de ingressos, cadastro, reposicao/], 'it says what that zone does not have')
  t.equal(readFileSync(join(folder, 'db.meutrabalho.com.br'), 'utf8'), '; mine\n')
})

t.test('layZones() makes a copy again that was interrupted', async t => {
  // A kill between write and rename leaves a .new file behind, never half a zone under the zone's name.
  const folder = t.testdir()
  writeFileSync(join(folder, 'db.meutrabalho.com.br.new'), '; ha')
  layZones(folder, '127.26.9')
  t.match(readFileSync(join(folder, 'db.meutrabalho.com.br'), 'utf8'), /\bSOA\b/)
  t.notOk(readdirSync(folder).some(name => name.endsWith('.new')))
})

t.test('layZones() keeps edited zones for another prefix, and changes their addresses', async t => {
  const folder = t.testdir()
  layZones(folder, '127.26.9')
  const file = join(folder, 'db.meutrabalho.com.br')
  writeFileSync(file, `${readFileSync(file, 'utf8')}backends 5 IN A 127.26.9.13 ; mine\n`)
  layZones(folder, '127.30.8')
  t.match(
    readFileSync(file, 'utf8'),
    /^www\s.*\sA\s+127\.30\.8\.20\b[\s\S]*\nbackends 5 IN A 127\.30\.8\.13 ; mine\n$/m,
  )
  t.strictSame(readdirSync(folder).sort(), ['db.8.30.127.in-addr.arpa', 'db.meutrabalho.com.br', 'prefix'])
})
