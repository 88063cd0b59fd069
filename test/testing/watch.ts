/**
 * The events of components in a test. All of them are watched before the test goes on, on a busy machine too, where a component may answer later than
 * a watcher usually waits.
 *
 * Read beside: painel/trace/watch-all.ts
 * Touches the world: one HTTP connection to the admin endpoint of each component, until the test ends.
 */
import type { Test } from 'tap'
import type { LabEvent } from '#shared/events.ts'
import { hostNamed, type NetworkMap } from '#shared/network-map.ts'
import { watchAll } from '../../painel/trace/watch-all.ts'
import { until } from './until.ts'

/** @param names of components that are running @returns how to stop */
export async function watchComponents(
  t: Pick<Test, 'teardown'>,
  map: NetworkMap,
  names: readonly string[],
  onEvent: (event: LabEvent) => void,
): Promise<() => void> {
  let stop = () => {}
  t.teardown(() => stop())
  await until(`${names} are watched`, async () => {
    stop()
    const { silent, close } = await watchAll(
      names.map(name => hostNamed(map, name)),
      onEvent,
    )
    stop = close
    return silent.length === 0
  })
  return () => stop()
}
