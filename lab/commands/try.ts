/**
 * `try` and `try N`: lists the experiments of the README; prints one with what is in force here, and runs it.
 *
 * Read beside: ../experiments.ts
 * Touches the world: reads the READMEs; runs the experiment with bash.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { networkMap } from '#shared/network-map.ts'
import { statusOf } from '../control-client.ts'
import { experimentsIn } from '../experiments.ts'
import { platformOf } from '../platform.ts'
import { surroundingsFrom } from '../surroundings.ts'
import type { LabCommand } from './lab-command.ts'

export const tryExperiment: LabCommand = {
  accepts: ([number, ...more]) => (number === undefined || /^\d$/.test(number)) && more.length === 0,
  run: async ([number], { folder, json, print }) => {
    const { prefix, ports } = await statusOf(folder)
    const around = surroundingsFrom(process.env, platformOf(process.platform, release()), folder)
    const [portuguese, english] = ['README.pt-BR.md', 'README.md'].map(name =>
      experimentsIn(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'), networkMap(prefix, ports), around),
    )
    const all = (portuguese ?? []).map((experiment, index) => ({ ...experiment, english: english?.[index] }))
    const chosen = number === undefined ? all : all.filter(experiment => experiment.number === Number(number))
    if (chosen.length === 0)
      throw new Error(
        `try ${number}: não existe; os experimentos vão de 1 a ${all.length} · does not exist; the experiments are 1 to ${all.length}`,
      )
    if (json) {
      print(JSON.stringify(chosen))
      return 0
    }
    for (const { number: n, title, text, english } of chosen) {
      print(`${n}. ${title} · ${english?.title}`)
      if (number !== undefined) print(`\n   ${text}\n\n   ${english?.text}\n`)
    }
    const [{ script = '' } = {}] = chosen
    if (number === undefined || script === '') return 0
    print(script.replaceAll(/^/gm, '    ').trimEnd())
    print('')
    const [code] = await once(spawn('bash', ['-c', script], { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')
    return code ?? 1
  },
}
