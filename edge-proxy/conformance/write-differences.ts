/**
 * Shell: writes the table of differences into docs/edge-conformance.md, below its marker line.
 *
 *     node edge-proxy/conformance/write-differences.ts
 *
 * Read beside: run-peers.ts, differences.ts
 * Opens: the proxies as processes on 127.28.0.0/24, port 8080; a recording backend for each on port 3000.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gaps, table } from './differences.ts'
import { missingPeers, runCorpusOnPeers } from './run-peers.ts'

const PREFIX = '127.28.0'
const FILE = join(import.meta.dirname, '../../docs/edge-conformance.md')
const LINE = '<!-- written by edge-proxy/conformance/write-differences.ts -->\n'

const missing = missingPeers()
if (missing.length > 0) {
  process.stderr.write(`write-differences: ${missing.join(', ')} must be installed\n`)
  process.exit(1)
}
const results = await runCorpusOnPeers(PREFIX)
const [before = ''] = readFileSync(FILE, 'utf8').split(LINE)
writeFileSync(FILE, `${before}${LINE}\n${table(results, versions())}`)
for (const gap of gaps(results)) process.stderr.write(`${gap}\n`)
process.exit(gaps(results).length === 0 ? 0 : 1)

function versions(): string {
  const outputOf = (command: string) =>
    execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin ${command} 2>&1`], { encoding: 'utf8' })
  const nginx = /nginx\/([\d.]+)/.exec(outputOf('nginx -v'))?.[1]
  const haproxy = /version ([\d.]+)/.exec(outputOf('haproxy -v'))?.[1]
  const { version } = JSON.parse(readFileSync(join(FILE, '../../node_modules/http-proxy/package.json'), 'utf8'))
  return `nginx ${nginx}, HAProxy ${haproxy} and http-proxy ${version} on Node ${process.versions.node}`
}
