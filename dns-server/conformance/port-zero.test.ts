/**
 * A datagram from source port 0. No program can receive at port 0, so the datagram is forged. send(2) to that port is an error, and a
 * server that does not handle it would end: one packet stops the name service.
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
  t.test('a datagram from source port 0 gets no response, and does no harm', async t => {
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
