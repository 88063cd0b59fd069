/**
 * `completion bash|zsh`: a shell script that completes the commands of the lab and their arguments. Needs no running lab.
 *
 *     source <(npm run -s lab -- completion bash)        then: lab st<Tab> backend<Tab>
 *
 * npm completes no words after `--`, so the script also defines the short function `lab`.
 *
 * Read beside: ../completion/ (the scripts), bash(1) "Programmable Completion", zshcompsys(1)
 * Touches the world: reads those files.
 */
import { readFileSync } from 'node:fs'
import { FAULT_KINDS } from '#shared/fault.ts'
import { LOOPBACK_PREFIX, networkMap, WWW, ZONE } from '#shared/network-map.ts'
import type { LabCommand } from './lab-command.ts'

const LESSONS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12']

/** The words that may follow a command. */
function wordsAfter(): Readonly<Record<string, readonly string[]>> {
  const names = networkMap(LOOPBACK_PREFIX)
    .hosts.filter(({ planned }) => !planned)
    .map(({ name }) => name)
  const power = Object.fromEntries(
    ['start', 'stop', 'pause', 'resume', 'wait', 'logs', 'capture'].map(verb => [verb, names]),
  )
  const lessons = Object.fromEntries(['lesson', 'exercise', 'check'].map(verb => [verb, LESSONS]))
  return {
    ...power,
    ...lessons,
    status: [],
    down: [],
    reset: [],
    doctor: [],
    try: ['1', '2', '3', '4', '5'],
    zone: ['check'],
    fault: [...names, ...FAULT_KINDS, 'list', 'clear'],
    dig: [WWW, ZONE],
    trace: [`http://${WWW}/`, `http://${WWW}/status`, `http://${WWW}/perfil`],
    load: ['/status', '--count=', '--rate=', '--cache=ttl', '--keep-alive'],
    browser: ['chromium', 'chrome', 'edge', 'firefox', '--dry-run'],
    bundle: [],
    completion: ['bash', 'zsh'],
  }
}

export const completion: LabCommand = {
  accepts: args => args.length === 1 && (args[0] === 'bash' || args[0] === 'zsh'),
  run: ([shell], { json, print }) => {
    const script = completionScript(shell === 'zsh' ? 'zsh' : 'bash', wordsAfter())
    print(json ? JSON.stringify({ shell, script }) : script)
    return 0
  },
}

/** The script of a shell with these words in it. Words contain no white space and no shell quotes. */
function completionScript(shell: 'bash' | 'zsh', after: Readonly<Record<string, readonly string[]>>): string {
  const template = readFileSync(new URL(`../completion/lab.${shell}`, import.meta.url), 'utf8')
  const cases = Object.entries(after).map(([command, words]) => `      ${command}) choices="${words.join(' ')}" ;;`)
  return template
    .trimEnd()
    .replace(/^# .*\n/, '')
    .replace('COMMANDS', () => Object.keys(after).join(' '))
    .replace('CASES', () => cases.join('\n'))
}
