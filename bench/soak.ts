/**
 * `npm run bench -- soak`: half an hour of visitors at 70 % of what this machine can do, with random faults; then everything that was acknowledged is
 * accounted for. Exit code 1 when something is missing.
 *
 *   npm run bench -- soak                        30 minutes, a new seed, which is printed
 *   npm run bench -- soak --minutes=5 --seed=7   the same faults again
 *
 * Read beside: soak-run.ts (what runs inside), soak-report.ts, test/network/soak.test.ts (a minute of it in the test suite)
 * Touches the world: starts the lab in network namespaces.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whyNoFaults } from '../test/network/host-faults.ts'
import { INSIDE_NAMESPACE, namespaceCommand, whyNoNamespace } from '../test/testing/namespace.ts'

/** @throws RangeError for an option that does not exist */
export async function bench(options: readonly string[] = []): Promise<void> {
  const { minutes, seed } = parseOptions(options)
  const reason = whyNoNamespace() ?? whyNoFaults()
  if (reason !== undefined) return void process.stdout.write(`soak: ${reason}\n`)
  process.stdout.write(`soak: ${minutes} minutes, --seed=${seed}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'bench-soak-'))
  const inside = [process.execPath, 'bench/soak-run.ts', String(minutes), String(seed)]
  const [program = '', ...args] = namespaceCommand(folder, inside, 'none')
  const env = { ...process.env, [INSIDE_NAMESPACE]: '1' }
  const [code] = await once(spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] }), 'close')
  rmSync(folder, { recursive: true, force: true })
  if (code !== 0) process.exitCode = 1
}

function parseOptions(options: readonly string[]) {
  const found: Record<string, number> = {}
  for (const option of options) {
    const [, name = '', value = ''] = /^--(minutes|seed)=(\d+(?:\.\d+)?)$/.exec(option) ?? []
    if (name === '') throw new RangeError(`npm run bench -- soak: no such option: ${option}`)
    found[name] = Number(value)
  }
  return { minutes: found.minutes ?? 30, seed: found.seed ?? Math.floor(Math.random() * 1e6) }
}
