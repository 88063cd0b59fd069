/**
 * Where each system keeps its browsers. The first one that exists is opened.
 *
 * Read beside: plan.ts
 * Pure: a system in, paths out.
 */
import type { Platform } from '../platform.ts'

export type BrowserName = 'chromium' | 'chrome' | 'edge' | 'firefox'

export interface InstalledBrowser {
  readonly name: BrowserName
  /** As this process starts it: under WSL, /mnt/c/…. */
  readonly path: string
  /** `windows`: a program of Windows, also under WSL. */
  readonly system: 'own' | 'windows'
}

/** What the paths depend on. */
export interface BrowserSurroundings {
  /** The user's home folder. */
  readonly home: string
  /** Folders in which programs are looked for: PATH. */
  readonly path: readonly string[]
  /** Windows only: ProgramFiles, ProgramFiles(x86), LocalAppData. */
  readonly programFolders: readonly string[]
}

export function candidates(platform: Platform, surroundings: BrowserSurroundings): InstalledBrowser[] {
  if (platform === 'darwin') return onMac(surroundings)
  if (platform === 'win32') return onWindows(surroundings.programFolders, '\\')
  // A browser of Windows needs no graphics inside WSL, so it comes first.
  const windows = platform === 'wsl' ? onWindows(WSL_FOLDERS, '/') : []
  return [...windows, ...onLinux(surroundings.path)]
}

/** The folders of Windows as WSL mounts them. */
const WSL_FOLDERS = ['/mnt/c/Program Files', '/mnt/c/Program Files (x86)']

const LINUX_PROGRAMS: readonly (readonly [BrowserName, string])[] = [
  ['chromium', 'chromium'],
  ['chromium', 'chromium-browser'],
  ['chrome', 'google-chrome'],
  ['chrome', 'google-chrome-stable'],
  ['edge', 'microsoft-edge'],
  ['edge', 'microsoft-edge-stable'],
  ['firefox', 'firefox'],
  ['firefox', 'firefox-esr'],
]

/** /snap/bin first: Ubuntu's /usr/bin/firefox only starts the snap, which then would not see the profile. */
function onLinux(path: readonly string[]): InstalledBrowser[] {
  const folders = [...new Set(['/snap/bin', ...path, '/usr/bin'])].filter(folder => !folder.startsWith('/mnt/'))
  return LINUX_PROGRAMS.flatMap(([name, program]) =>
    folders.map(folder => ({ name, path: `${folder}/${program}`, system: 'own' as const })),
  )
}

const MAC_PROGRAMS: readonly (readonly [BrowserName, string])[] = [
  ['chrome', 'Google Chrome.app/Contents/MacOS/Google Chrome'],
  ['chromium', 'Chromium.app/Contents/MacOS/Chromium'],
  ['edge', 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  ['firefox', 'Firefox.app/Contents/MacOS/firefox'],
]

function onMac({ home }: BrowserSurroundings): InstalledBrowser[] {
  return MAC_PROGRAMS.flatMap(([name, program]) =>
    ['/Applications', `${home}/Applications`].map(folder => ({
      name,
      path: `${folder}/${program}`,
      system: 'own' as const,
    })),
  )
}

const WINDOWS_PROGRAMS: readonly (readonly [BrowserName, readonly string[]])[] = [
  ['chrome', ['Google', 'Chrome', 'Application', 'chrome.exe']],
  ['edge', ['Microsoft', 'Edge', 'Application', 'msedge.exe']],
  ['chromium', ['Chromium', 'Application', 'chrome.exe']],
  ['firefox', ['Mozilla Firefox', 'firefox.exe']],
]

function onWindows(folders: readonly string[], separator: string): InstalledBrowser[] {
  return WINDOWS_PROGRAMS.flatMap(([name, program]) =>
    folders.map(folder => ({ name, path: [folder, ...program].join(separator), system: 'windows' as const })),
  )
}
