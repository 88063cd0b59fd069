/**
 * The routes that do something: requests, stop, start, pause and resume, reset.
 *
 * Read beside: ../act/, guard.ts (the permission), docs/security.md
 * Touches the world: through ../act/.
 */
import { type Static, Type } from 'typebox'
import { json } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { check } from '../../backend/validation/check.ts'
import { clearFaults, faultyHosts } from '../../lab/fault-client.ts'
import { type Action, askLauncher, changePower } from '../act/lab.ts'
import { refuseUnlessAllowed } from '../act/permission.ts'
import type { PainelConfig } from '../config.ts'
import { componentNamed } from '../map/component-named.ts'
import type { Painel } from '../painel.ts'

const strict = { additionalProperties: false }

const RequestsBody = Type.Object(
  {
    url: Type.String({ maxLength: 2000, description: 'a URL of the lab: http://www.meutrabalho.com.br/perfil' }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, description: 'a whole number from 1 to 5000' })),
    rate: Type.Optional(Type.Number({ minimum: 0.1, maximum: 500, description: 'requests a second, from 0.1 to 500' })),
    cache: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('ttl')], { description: '"none" or "ttl"' })),
    keepAlive: Type.Optional(Type.Boolean({ description: 'true or false' })),
    sameWindow: Type.Optional(Type.Boolean({ description: 'true or false' })),
  },
  strict,
)

const ActionBody = Type.Object(
  {
    action: Type.Union([Type.Literal('stop'), Type.Literal('start'), Type.Literal('pause'), Type.Literal('resume')], {
      description: '"stop", "start", "pause" or "resume"',
    }),
  },
  strict,
)

export function actRoutes(painel: Painel, config: PainelConfig): Route[] {
  const { map, labFolder } = config
  return [
    {
      method: 'POST',
      path: '/api/requests',
      handle: async context => {
        painel.attention.touch()
        const body: Static<typeof RequestsBody> = check(RequestsBody, (await context.body()).value)
        const plan = { count: 1, rate: 10, cache: 'none' as const, keepAlive: false, sameWindow: false, ...body }
        return json(200, await painel.requestMaker.run(plan))
      },
    },
    {
      method: 'POST',
      path: '/api/components/:id',
      id: /^[a-z0-9]{1,32}$/,
      handle: async context => {
        refuseUnlessAllowed(config)
        painel.attention.touch()
        const { action } = check(ActionBody, (await context.body()).value) as { action: Action }
        const { name } = componentNamed(map, context.id)
        const { components } = await changePower(labFolder, action, name)
        return json(200, { component: components.find(component => component.name === name) })
      },
    },
    {
      method: 'POST',
      path: '/api/reset',
      handle: async () => {
        refuseUnlessAllowed(config)
        // Under Docker Compose there is no launcher, but the faults can be ended.
        await clearFaults(faultyHosts(map))
        const { components } = await askLauncher(labFolder, '/reset', 'docker compose down -v && docker compose up -d')
        painel.journeys.clear()
        return json(200, { components })
      },
    },
  ]
}
