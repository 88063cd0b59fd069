/**
 * `doctor`: looks for problems that prevent a first start, and prints what to do. It changes nothing, and needs no running lab.
 *
 * Read beside: ../doctor/judge.ts (the rules), ../doctor/probes.ts, ../doctor/resolver-setup.ts
 * Touches the world: through probes.ts.
 */
import { hostNamed, networkMap } from '#shared/network-map.ts'
import { readConfig } from '../config.ts'
import type { DoctorFacts, DoctorFinding, DoctorLevel } from '../doctor/facts.ts'
import { exitCode, judge } from '../doctor/judge.ts'
import { examine } from '../doctor/probes.ts'
import { cacheAdvice, otherSetups, type ResolverSetup, resolverSetup } from '../doctor/resolver-setup.ts'
import type { LabCommand } from './lab-command.ts'

export const doctor: LabCommand = {
  accepts: args => args.length === 0,
  run: async (_, { folder, json, print }) => {
    const facts = await examine(folder, readConfig(process.env).prefix)
    const findings = judge(facts)
    const setup = resolverSetup(facts.platform, serverFor(facts), facts.systemdResolved)
    const caches = cacheAdvice(facts.platform, facts.systemdResolved)
    const others = otherSetups(facts.platform)
    if (json)
      print(JSON.stringify({ platform: facts.platform, findings, resolver: setup, otherSystems: others, caches }))
    else {
      const lines = [
        ...findings.flatMap(linesOf),
        ...setupLines(setup),
        ...cacheLines(caches),
        '',
        ' Em outros sistemas · on other systems',
        ...others.flatMap(setupLines),
      ]
      for (const line of lines) print(line)
    }
    return exitCode(findings)
  },
}

/** Docker publishes the DNS server on 127.0.0.1:5300; `npm start` has it at its own address. */
function serverFor({ platform, prefix, lowestPort }: DoctorFacts): { address: string; port: number } {
  if (platform === 'darwin' || platform === 'win32') return { address: '127.0.0.1', port: 5300 }
  const { address, port } = hostNamed(networkMap(prefix, lowestPort <= 53 ? 'low' : 'high'), 'ns1')
  return { address, port }
}

const SIGNS: Readonly<Record<DoctorLevel, string>> = { ok: '✓', warning: '!', problem: '✗' }

function linesOf({ level, portuguese, english, commands }: DoctorFinding): string[] {
  const help = level === 'ok' ? [] : commands.map(command => `      ${command}`)
  return [` ${SIGNS[level]} ${portuguese}`, ...(english === portuguese ? [] : [`   ${english}`]), ...help]
}

function setupLines({ title, set, undo }: ResolverSetup): string[] {
  return [
    '',
    ` Se quiser: ${title.portuguese}`,
    ` If you like: ${title.english}`,
    ...set.map(command => `      ${command}`),
    ...(undo.length === 0 ? [] : ['   desfazer · undo', ...undo.map(command => `      ${command}`)]),
  ]
}

function cacheLines(caches: readonly string[]): string[] {
  return [
    '',
    ' Caches que escondem o rodízio, e como esvaziá-los · caches that hide round robin, and how to empty them',
    ...caches.map(command => `      ${command}`),
  ]
}
