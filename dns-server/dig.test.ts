import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { serviceOf, zoneOf } from './testing/ask.ts'
import { HOST, serve } from './testing/sockets.ts'

const ZONE = zoneOf(
  'test.',
  '$TTL 9\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\nwww A 192.0.2.3\n',
)

async function dig(t: Test, ...args: string[]): Promise<string> {
  const port = await serve(t, serviceOf(ZONE))
  const program = join(import.meta.dirname, 'dig.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, `@${HOST}`, '-p', `${port}`, ...args])
  return stdout.replace(/id: \d+/, 'id: 1')
}

t.test('dig.ts prints status, flags, question and records, one line each', async t => {
  t.equal(
    await dig(t, 'www.test', 'A'),
    `;; status: NOERROR, id: 1, flags: qr aa rd
;www.test.\tIN\tA

;; ANSWER SECTION:
www.test.\t9\tIN\tA\t192.0.2.2
www.test.\t9\tIN\tA\t192.0.2.3
`,
  )
})

t.test('dig.ts prints the SOA of a negative answer', async t => {
  const text = await dig(t, 'none.test.', 'AAAA')
  t.match(text, /^;; status: NXDOMAIN/)
  t.match(text, /;; AUTHORITY SECTION:\ntest\.\t5\tIN\tSOA\tns\.test\. host\.test\. 1 2 3 4 5\n$/)
})

t.test('dig.ts refuses a word that is not a type', async t => {
  await t.rejects(dig(t, 'www.test', 'ADDRESS'), /ADDRESS is not a type/)
})
