/**
 * The settings of the launcher: arguments and environment variables, read once.
 *
 * Read beside: main.ts, command.ts
 * Pure: words in, a configuration out, or one sentence that says what would be right.
 */
import { type ApplicationName, applicationsOf } from '#shared/applications.ts'
import { LOOPBACK_PREFIX, networkMap, type PortRange } from '#shared/network-map.ts'
import { type Environment, flag, oneOf, SettingError, text } from '#shared/settings.ts'

export interface LabConfig {
  /** First three octets of every address. Another prefix makes another lab beside the first. */
  readonly prefix: string
  readonly ports: 'auto' | PortRange
  /** The folder of all that the lab writes: zones, data, logs, the control socket. */
  readonly folder: string
  /** Which program answers DNS: this project's, or the comparator on the dns2 library. */
  readonly dns: 'own' | 'dns2'
  /** Which program is the edge proxy: this project's, or the comparator on the http-proxy library. */
  readonly edge: 'own' | 'http-proxy'
  /** The applications that are started with the lab; the others wait for `npm run lab -- start NAME`. */
  readonly applications: readonly ApplicationName[]
  /** What carries the messages of the applications. */
  readonly broker: 'redis' | 'kafka'
  /** The number of the exercise whose file, written by a student, is run in place of ours; undefined without one. */
  readonly exercise?: string
  /** Three MySQL servers (Galera) and three Redis (Sentinel) in place of one each. */
  readonly ha: boolean
  /** Whether faults may be caused in the components, and whether the painel may stop and start them. */
  readonly faults: boolean
}

const USAGE =
  'npm start [-- [--app=NAME,…] [--ha] [--dns=own|dns2] [--edge=own|http-proxy] [--broker=redis|kafka] [--exercise=NN]]'

/** Whether the word asks for the help text. */
export function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help'
}

/** @throws SettingError that names the argument or variable */
export function readConfig(env: Environment, args: readonly string[] = []): LabConfig {
  const options: Record<string, string> = {}
  for (const arg of args) {
    if (arg === '--ha') {
      options.ha = '1'
      continue
    }
    const [, name = '', value = ''] = /^--(app|dns|edge|broker|exercise)=(.*)$/.exec(arg) ?? []
    if (name === '') throw new SettingError('argument', arg, `não existe · there is no such argument: ${USAGE}`)
    // --app may be given several times.
    const before = name === 'app' && options['--app'] !== undefined ? `${options['--app']},` : ''
    options[`--${name}`] = `${before}${value}`
  }
  return {
    prefix: prefixFrom(env),
    ports: oneOf(env, 'LAB_PORTS', ['auto', 'low', 'high'], 'auto'),
    folder: text(env, 'LAB_DIR', '.lab'),
    dns: oneOf(options, '--dns', ['own', 'dns2'], 'own'),
    edge: oneOf(options, '--edge', ['own', 'http-proxy'], 'own'),
    applications: applicationsFrom(options['--app']),
    broker: oneOf(options, '--broker', ['redis', 'kafka'], 'redis'),
    ...exerciseFrom(options['--exercise']),
    ha: flag(options, 'ha', false),
    faults: flag(env, 'LAB_FAULTS', true),
  }
}

/** `ingressos,cadastro`; a name that occurs twice counts once. */
function applicationsFrom(text = ''): ApplicationName[] {
  const existing = applicationsOf(networkMap(LOOPBACK_PREFIX)).map(({ name }) => name)
  return [...new Set(text.split(','))]
    .filter(word => word !== '')
    .map(word => {
      const name = existing.find(name => name === word)
      if (name !== undefined) return name
      const list = existing.join(', ')
      throw new SettingError('--app', text, `as aplicações são · the applications are: ${list}`)
    })
}

/** `2` is `02`. */
function exerciseFrom(number: string | undefined): Pick<LabConfig, 'exercise'> {
  if (number === undefined) return {}
  if (/^\d{1,2}$/.test(number)) return { exercise: number.padStart(2, '0') }
  throw new SettingError('--exercise', number, 'é o número de uma lição · the number of a lesson is needed, as in 02')
}

function prefixFrom(env: Environment): string {
  const prefix = text(env, 'LAB_PREFIX', LOOPBACK_PREFIX)
  try {
    return networkMap(prefix).prefix
  } catch {
    throw new SettingError(
      'LAB_PREFIX',
      prefix,
      'são três números de 0 a 255 · three numbers from 0 to 255 are needed, as in 127.20.0',
    )
  }
}
