/**
 * The words of a command line, and its output.
 *
 * Touches the world: standard output.
 */

export interface WordsAndFlags {
  readonly words: readonly string[]
  readonly flags: ReadonlySet<string>
  /** Values of `--name=value`. */
  readonly values: Readonly<Record<string, string>>
}

/** @param known the flags and, with `=` at their end, the options that the command has. @throws Error for any other */
export function wordsAndFlags(args: readonly string[], known: readonly string[]): WordsAndFlags {
  const flags = new Set<string>()
  const values: Record<string, string> = {}
  const words = args.filter(arg => !arg.startsWith('--'))
  for (const arg of args.filter(arg => arg.startsWith('--'))) {
    const [name = '', ...value] = arg.split('=')
    if (known.includes(arg)) flags.add(arg)
    else if (known.includes(`${name}=`)) values[name.slice(2)] = value.join('=')
    else throw new Error(`${arg}: não existe; há · does not exist; there are ${known.join(' ')}`)
  }
  return { words, flags, values }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
