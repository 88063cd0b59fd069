/**
 * One component, for the person who clicked on it: what it reports of itself, the last lines of its log, and the file to read.
 *
 * Read beside: ../map/component-log.ts, ../map/files-to-read.ts, shared/admin.ts (`GET /status`)
 * Touches the world: reads the component's status and its log.
 */
import { json } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import type { PainelConfig } from '../config.ts'
import { lastLogLines } from '../map/component-log.ts'
import { componentNamed } from '../map/component-named.ts'
import { filesToRead } from '../map/files-to-read.ts'
import { statusOfHost } from '../map/observer.ts'
import type { Painel } from '../painel.ts'

const LOG_LINES = 20

export function componentRoutes(painel: Painel, { map, labFolder }: PainelConfig): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/components/:id',
      id: /^[a-z0-9]{1,32}$/,
      handle: async ({ id }) => {
        painel.attention.touch()
        const host = componentNamed(map, id)
        const [status, log] = await Promise.all([statusOfHost(host), lastLogLines(labFolder, host.name, LOG_LINES)])
        return json(200, { name: host.name, status: status ?? null, log: log ?? null, files: filesToRead(host) })
      },
    },
  ]
}
