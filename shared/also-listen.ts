/**
 * `ALSO_LISTEN`: a second place at which a server listens, `127.0.0.1:8081` for frontend1. WSL forwards only 127.0.0.1 to Windows, and
 * people type `localhost`. The same process serves both places: when it ends, both are closed.
 *
 * Read beside: settings.ts (which reads it), lab/roster.ts (which chooses the places)
 * Touches the world: opens what the caller opens.
 */
import type { Lifecycle } from './lifecycle.ts'
import { describeError } from './log.ts'
import type { SecondPlace } from './settings.ts'

/**
 * Listens at the second place too, if there is one. If that fails, the server runs without it: another program may have taken the place meanwhile.
 *
 * @returns the places where the server listens now, `127.0.0.1:8081`: none or one
 */
export async function alsoListen(
  place: SecondPlace | undefined,
  { log, tell }: Pick<Lifecycle, 'log' | 'tell'>,
  listen: (address: string, port: number) => Promise<unknown>,
): Promise<string[]> {
  if (!place) return []
  const text = `${place.address}:${place.port}`
  try {
    await listen(place.address, place.port)
    return [text]
  } catch (error) {
    log.warn('not listening', { place: text, reason: describeError(error) })
    tell(`${text} já está em uso; este servidor fica sem esse endereço · is in use; this server does not listen there`)
    return []
  }
}
