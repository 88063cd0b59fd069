/**
 * Faults from the painel: those in force, a new one, and the end of all of them. Each component decides what it accepts.
 *
 * Read beside: lab/fault-client.ts, shared/fault-body.ts (the members), act.ts (the other routes that change something)
 * Touches the world: HTTP to the admin endpoints.
 */
import { type Static, Type } from 'typebox'
import { json } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { Refusal } from '../../backend/refusal.ts'
import { check } from '../../backend/validation/check.ts'
import { AdminRefusal } from '../../lab/admin-client.ts'
import { causeFault, clearFaults, faultyHost, faultyHosts, listFaults } from '../../lab/fault-client.ts'
import { refuseUnlessAllowed } from '../act/permission.ts'
import type { PainelConfig } from '../config.ts'
import type { Painel } from '../painel.ts'

/** The other members are those of the kind; the component checks them. */
const FaultBody = Type.Object({
  component: Type.Optional(Type.String({ maxLength: 32, description: 'the name of a component: backend2' })),
  kind: Type.String({ maxLength: 16, description: 'hang, slow, refuse, reset, error, drop, crash or none' }),
})

export function faultRoutes(painel: Painel, config: PainelConfig): Route[] {
  const { map, mayChange } = config
  const inForce = async () => ({ allowed: mayChange, faults: await listFaults(faultyHosts(map)) })
  return [
    {
      method: 'GET',
      path: '/api/faults',
      handle: async () => {
        painel.attention.touch()
        return json(200, await inForce())
      },
    },
    {
      method: 'POST',
      path: '/api/faults',
      handle: async context => {
        refuseUnlessAllowed(config)
        painel.attention.touch()
        const { component, ...body }: Static<typeof FaultBody> = check(FaultBody, (await context.body()).value)
        await passingOn(async () => {
          if (component !== undefined) await causeFault(faultyHost(map, component), body)
          else if (body.kind === 'none') await clearFaults(faultyHosts(map))
          else throw new Refusal(400, 'component: the name of a component is needed, as in "backend2"')
        })
        return json(200, await inForce())
      },
    },
  ]
}

/** @throws Refusal with the status and the sentence of the component */
export async function passingOn<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AdminRefusal) throw new Refusal(error.status, error.message, { cause: error })
    throw error
  }
}
