/**
 * The imports that are allowed, as a table; and no circles.
 *
 * Programs do not import each other. A core (`answer/`, `http1/`, `balance/`, `http/`) does not import what plugs into it.
 *
 * Read beside: CONTRIBUTING.md
 * Touches the world: through repository.ts.
 */
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { filesMatching, isOfTests } from './repository.ts'

/**
 * Folder → the folders that its files may import from, besides itself. The longest folder that a file lies in counts; `.` after a
 * program means the files directly in its folder. Tests, test support and benchmarks may import anything.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // The lessons are above everything: they run, watch and replace parts of the whole lab.
  lessons: ['shared', 'client', 'painel', 'lab', 'apps', 'backend', 'dns-server', 'edge-proxy'],
  shared: [],
  client: ['shared'],
  painel: [
    'shared',
    'client',
    'lab',
    'apps/ingressos/event-kinds.ts',
    'apps/cadastro/sign-up-events.ts',
    'backend',
    'dns-server/wire',
    'dns-server/rdata',
  ],
  lab: ['shared', 'client', 'dns-server/zone', 'dns-server/wire'],
  peers: ['shared', 'lab', 'backend', 'apps'],
  apps: ['shared', 'backend'],

  'dns-server': ['shared', 'package.json', 'dns-server'],
  'dns-server/wire': ['shared', 'dns-server/rdata'],
  'dns-server/rdata': ['shared', 'dns-server/wire'],
  'dns-server/zone': ['shared', 'dns-server/wire', 'dns-server/rdata'],
  'dns-server/answer': ['shared', 'dns-server/wire', 'dns-server/rdata', 'dns-server/zone'],
  'dns-server/extensions': ['shared', 'dns-server/wire', 'dns-server/rdata', 'dns-server/zone', 'dns-server/answer'],
  'dns-server/health': ['shared', 'dns-server/wire', 'dns-server/rdata', 'dns-server/zone', 'dns-server/answer'],
  'dns-server/transfer': ['shared', 'dns-server/wire', 'dns-server/rdata', 'dns-server/zone', 'dns-server/answer'],
  'dns-server/compiled': ['shared', 'dns-server/wire', 'dns-server/rdata', 'dns-server/zone', 'dns-server/answer'],

  'edge-proxy': ['shared', 'edge-proxy'],
  'edge-proxy/http1': ['shared'],
  'edge-proxy/forwarding': ['shared', 'edge-proxy/http1'],
  'edge-proxy/balance': ['shared', 'edge-proxy/http1', 'edge-proxy/.'],
  'edge-proxy/discovery': ['shared', 'edge-proxy/balance'],
  'edge-proxy/limits': ['shared', 'edge-proxy/http1', 'edge-proxy/downstream'],
  'edge-proxy/gateway': ['shared', 'edge-proxy/balance', 'edge-proxy/discovery'],
  'edge-proxy/upstream': ['shared', 'edge-proxy/balance', 'edge-proxy/exchange/neighbours.ts', 'edge-proxy/.'],

  backend: ['shared', 'backend'],
  'backend/http': ['shared', 'backend/.', 'backend/openapi'],
  'backend/redis': ['shared', 'backend/.'],
  'backend/mysql': ['shared', 'backend/.'],
  'backend/passwords': ['shared', 'backend/.'],
}

const graph = new Map(
  filesMatching(/\.ts$/).map(({ file, text }) => [
    file,
    [...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'/gm)]
      .map(([, from, bare]) => from ?? bare ?? '')
      .flatMap(path => {
        if (path.startsWith('#shared/')) return [`shared/${path.slice('#shared/'.length)}`]
        return path.startsWith('.') ? [normalize(join(dirname(file), path))] : []
      }),
  ]),
)

t.test('files import only what the table of folders allows', async t => {
  const folders = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length)
  for (const [file, targets] of graph) {
    if (isOfTests(file)) continue
    const folder = folders.find(folder => file.startsWith(`${folder}/`))
    if (folder === undefined) {
      t.ok(dirname(file) === 'docs', `${file} lies in a folder of the table in test/house/imports.ts`)
      continue
    }
    const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])]
    for (const target of targets)
      t.ok(
        allowed.some(one => liesIn(target, one)),
        `${file} may not import ${target}`,
      )
  }
})

function liesIn(file: string, folder: string): boolean {
  if (folder.endsWith('/.')) return dirname(file) === folder.slice(0, -2)
  return file === folder || file.startsWith(`${folder}/`)
}

t.test('no files import each other in a circle', async t => {
  const done = new Set<string>()
  const onTheWay: string[] = []
  const visit = (file: string): void => {
    if (done.has(file)) return
    const at = onTheWay.indexOf(file)
    if (at >= 0) return void t.fail(`a circle: ${[...onTheWay.slice(at), file].join(' → ')}`)
    onTheWay.push(file)
    for (const target of graph.get(file) ?? []) visit(target)
    onTheWay.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  t.ok(done.size > 100)
})
