/**
 * `bundle [FILE]`: one archive with the project and its packages, for computers without a network.
 *
 * Read beside: ../offline/bundle.ts, docs/teachers.md
 * Touches the world: writes the archive.
 */
import { statSync } from 'node:fs'
import { bundleName, makeBundle } from '../offline/bundle.ts'
import type { LabCommand } from './lab-command.ts'

export const bundle: LabCommand = {
  accepts: ([file = '', ...more]) => !file.startsWith('-') && more.length === 0,
  run: async ([wanted], { json, print, note }) => {
    const file = wanted ?? (await bundleName())
    const packages = await makeBundle(file, note)
    const bytes = statSync(file).size
    if (json) print(JSON.stringify({ file, bytes, packages }))
    else {
      print(`${file}: ${Math.round(bytes / 1e6)} MB`)
      print(
        'Em cada computador, com o mesmo sistema e sem rede · on each computer, with the same system and without a network:',
      )
      print(`  tar xf ${file} && cd meutrabalho-lab`)
      print('  . lab/offline/enter.sh        # em cada terminal · in every terminal')
      print('  npm start')
    }
    return 0
  },
}
