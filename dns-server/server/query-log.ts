/**
 * The query log: one line a query.
 *
 * Read beside: shared/log.ts (the form of a line), server/event.ts (the same with octets, for those who watch)
 * Touches the world: through the log it is given.
 */
import type { Log } from '#shared/log.ts'
import type { Exchange } from '../answer/respond.ts'
import { className, rcodeName, typeName } from '../wire/codes.ts'
import { formatName } from '../wire/name-text.ts'

export function logExchange(log: Log, { client, asked, rcode, response, why }: Exchange): void {
  const question = asked?.question
  log.info('query', {
    client: `${client.address}#${client.port}`,
    transport: client.transport,
    ...(question && {
      name: formatName(question.name),
      class: className(question.class),
      type: typeName(question.type),
    }),
    rcode: rcode === undefined ? 'silence' : rcodeName(rcode),
    octets: response?.length ?? 0,
    ...(why !== undefined && { why }),
  })
}
