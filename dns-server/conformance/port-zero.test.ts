/**
 * A datagram from source port 0. Nobody can receive at port 0, so it was forged; whoever tries to answer it gets an error from
 * send(2), and a server that does not expect that error ends: one packet, and the name service is gone.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { inNamespace } from '../../test/testing/namespace.ts'
import { queryOf } from '../testing/ask.ts'
import { ServerProcess } from './testing/server-process.ts'

const SCRIPT = join(import.meta.dirname, 'testing', 'from-port-zero.pl')

await inNamespace(t, import.meta.filename, () => {
  t.test('a datagram from source port 0 is not answered, and does no harm', async t => {
    const server = await ServerProcess.start(t)
    const { address, port } = server.host
    const query = queryOf('www.meutrabalho.com.br.', 'A')
    const before = server.spawned.output
    const { stdout } = await promisify(execFile)('perl', [SCRIPT, address, String(port), query.toString('hex')])
    t.equal(stdout, '54321\n', 'only the second one is')
    t.match(await server.ask(query), { rcode: 0, answer: { length: 3 } })
    t.equal(server.spawned.output, before, 'nor does it fill the log')
  })
})
