/**
 * "Break it": an experiment, and everything back to how it was.
 *
 * Read beside: ../act/experiment.ts, ../act/breakage.ts, guard.ts (the permission), docs/security.md
 * Touches the world: through ../act/.
 */
import { type Static, Type } from 'typebox'
import { json } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { Refusal } from '../../backend/refusal.ts'
import { check } from '../../backend/validation/check.ts'
import { BREAKAGES, carryOut, restoreAll } from '../act/breakage.ts'
import { runExperiment } from '../act/experiment.ts'
import { refuseUnlessAllowed } from '../act/permission.ts'
import type { PainelConfig } from '../config.ts'
import type { Painel } from '../painel.ts'
import { passingOn } from './faults.ts'

const strict = { additionalProperties: false }

const ExperimentBody = Type.Object(
  {
    what: Type.Union(
      BREAKAGES.map(what => Type.Literal(what)),
      { description: `one of ${BREAKAGES.join(', ')}` },
    ),
    component: Type.Optional(Type.String({ maxLength: 32, description: 'the name of a component: backend2' })),
    value: Type.Optional(Type.String({ maxLength: 32, description: 'the new state of a switch: random, off, memory' })),
    fault: Type.Optional(Type.Object({}, { description: 'the body of POST /faults: {"kind": "hang"}' })),
    seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 30, description: 'a whole number from 1 to 30' })),
    rate: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'requests a second, from 1 to 50' })),
  },
  strict,
)

export function experimentRoutes(painel: Painel, config: PainelConfig): Route[] {
  let running = false
  return [
    {
      method: 'POST',
      path: '/api/experiments',
      handle: async context => {
        refuseUnlessAllowed(config)
        const body: Static<typeof ExperimentBody> = check(ExperimentBody, (await context.body()).value)
        if (running) throw new Refusal(409, 'já há um experimento em andamento · an experiment is under way already')
        const { seconds = 10, rate = 10, component, ...breakage } = body
        const named = component === undefined ? {} : { component }
        const act = () => passingOn(() => carryOut({ ...breakage, ...named }, config))
        const plan = { seconds, rate, component, act, logsInAgain: breakage.what === 'sessions' }
        running = true
        const release = painel.attention.hold()
        try {
          return json(200, await runExperiment(plan, config.map, painel.clientEvents))
        } finally {
          running = false
          release()
        }
      },
    },
    {
      method: 'POST',
      path: '/api/restore',
      handle: async () => {
        refuseUnlessAllowed(config)
        painel.attention.touch()
        await passingOn(() => restoreAll(config))
        return json(200, await painel.observer.look())
      },
    },
  ]
}
