/**
 * Which of the systems that students have this is. WSL is Linux, but its browsers are those of Windows.
 *
 * Read beside: browser/plan.ts, doctor/judge.ts
 * Pure: names in, a name out.
 */

export type Platform = 'linux' | 'wsl' | 'darwin' | 'win32'

/**
 * @param name `process.platform`
 * @param release `os.release()`: the kernel of WSL has "microsoft" in it
 */
export function platformOf(name: string, release: string): Platform {
  if (name === 'darwin' || name === 'win32') return name
  return /microsoft/i.test(release) ? 'wsl' : 'linux'
}
