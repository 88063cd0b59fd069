/**
 * What the painel does to the processes of the lab, through the launcher.
 *
 * Read beside: lab/control.ts, ../routes/act.ts
 * Touches the world: the launcher's control socket.
 */
import { Refusal } from '../../backend/refusal.ts'
import { CommandError } from '../../lab/component-status.ts'
import { type LabStatus, NotRunning, order } from '../../lab/control-client.ts'

export type Action = 'stop' | 'start' | 'pause' | 'resume'

/**
 * Asks the launcher.
 *
 * @param folder the lab's folder; undefined where no launcher runs
 * @param compose the command that does the same with Docker Compose
 * @throws Refusal 501 without a launcher, 409 with the launcher's sentence, 503 when it is gone
 */
export async function askLauncher(folder: string | undefined, path: string, compose: string): Promise<LabStatus> {
  if (folder === undefined) {
    throw new Refusal(
      501,
      `não há launcher aqui; use o terminal: ${compose} · no launcher runs here; in a terminal: ${compose}`,
    )
  }
  try {
    return await order(folder, path)
  } catch (error) {
    if (error instanceof NotRunning) throw new Refusal(503, error.message, { cause: error })
    if (error instanceof CommandError) throw new Refusal(409, error.message, { cause: error })
    throw error
  }
}

const COMPOSE_COMMAND: Readonly<Record<Action, string>> = {
  stop: 'kill',
  start: 'start',
  pause: 'pause',
  resume: 'unpause',
}

/** Stops, starts, pauses or resumes the process of a component. @throws as {@link askLauncher} does */
export function changePower(folder: string | undefined, action: Action, name: string): Promise<LabStatus> {
  const path = `/${action}?name=${encodeURIComponent(name)}`
  return askLauncher(folder, path, `docker compose ${COMPOSE_COMMAND[action]} ${name}`)
}
