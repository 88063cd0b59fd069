/**
 * From V8's coverage of a script to the lines that ran.
 *
 * Read beside: the Profiler domain of the Chrome DevTools Protocol (ScriptCoverage)
 * Pure: coverage and a source in, line numbers out.
 */

/** What V8 counts of one script: for each function its ranges, the outermost first, each with how often it ran. */
export interface ScriptCounts {
  readonly url: string
  readonly functions: readonly {
    readonly functionName: string
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]
  }[]
}

/**
 * The lines, from 1, of which something ran. Empty lines, comments and lines with nothing but closing brackets do not count, nor
 * does what runs once when a file is loaded.
 */
export function linesRun({ functions }: ScriptCounts, source: string): Set<number> {
  const ran = new Uint8Array(source.length)
  const isModule = ({ functionName, ranges }: (typeof functions)[number]) =>
    functionName === '' && ranges[0]?.startOffset === 0
  const ranges = functions.filter(one => !isModule(one)).flatMap(({ ranges }) => ranges)
  // An inner range says more than the one around it.
  const outermostFirst = ranges.toSorted((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset))
  for (const { startOffset, endOffset, count } of outermostFirst) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)

  const lines = new Set<number>()
  let start = 0
  for (const [index, line] of source.split('\n').entries()) {
    if (isCode(line) && ranIn(line, ran.subarray(start, start + line.length))) lines.add(index + 1)
    start += line.length + 1
  }
  return lines
}

/** Whether anything but white space of the line ran. Offsets count UTF-16 units, as V8 does. */
function ranIn(line: string, ran: Uint8Array): boolean {
  for (let at = 0; at < line.length; at++) if (ran[at] === 1 && !/\s/.test(line.charAt(at))) return true
  return false
}

function isCode(line: string): boolean {
  return !/^\s*(?:$|\/\/|\/?\*|[)\]},;]+\s*$)/.test(line)
}
