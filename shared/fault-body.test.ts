import t from 'tap'
import type { Fault } from './fault.ts'
import { DNS_FAULTS, HTTP_FAULTS, readFault } from './fault-body.ts'

const fault = (body: unknown, vocabulary = HTTP_FAULTS) => readFault(body, vocabulary, 0) as Fault

t.test('readFault() reads each kind, with its defaults', async t => {
  t.strictSame(fault({ kind: 'hang' }), { kind: 'hang', share: 1 })
  t.strictSame(fault({ kind: 'slow', ms: 800 }), { kind: 'slow', share: 1, ms: 800 })
  t.strictSame(fault({ kind: 'refuse' }), { kind: 'refuse', share: 1 })
  t.strictSame(fault({ kind: 'reset' }), { kind: 'reset', share: 1, octets: 0 })
  t.strictSame(fault({ kind: 'error' }), { kind: 'error', share: 1, status: 503 })
  t.strictSame(fault({ kind: 'error', rcode: 'REFUSED' }, DNS_FAULTS), { kind: 'error', share: 1, rcode: 'REFUSED' })
  t.strictSame(fault({ kind: 'drop', share: 0.2 }), { kind: 'drop', share: 0.2 })
  t.strictSame(fault({ kind: 'crash' }), { kind: 'crash', share: 1 })
  t.equal(readFault({ kind: 'none' }, HTTP_FAULTS, 0), 'none')
})

t.test('readFault() limits a fault to a path or a name, a client and a time', async t => {
  t.strictSame(readFault({ kind: 'hang', client: '127.0.0.1', seconds: 30, path: '/perfil' }, HTTP_FAULTS, 1_000), {
    kind: 'hang',
    share: 1,
    path: '/perfil',
    client: '127.0.0.1',
    until: 31_000,
  })
  t.equal(fault({ kind: 'drop', name: 'WWW.meutrabalho.com.br.' }, DNS_FAULTS).name, 'www.meutrabalho.com.br')
})

t.test('readFault() names the member that is wrong, and what would be right', async t => {
  const kinds = 'kind: é preciso um destes: hang, slow, refuse, reset, error, drop, crash, none · one of'
  const refused: [body: unknown, sentence: RegExp][] = [
    [undefined, /^body: é preciso um objeto JSON · a JSON object is needed$/],
    [[], /^body: é preciso um objeto JSON · a JSON object is needed, not \[\]$/],
    [{}, new RegExp(`^${kinds}.* is needed$`)],
    [{ kind: 'explode' }, new RegExp(`^${kinds}.* is needed, not "explode"$`)],
    [{ kind: 'slow' }, /^ms: é preciso um número inteiro de 1 a 60000 · a whole number from 1 to 60000 is needed$/],
    [{ kind: 'slow', ms: '5' }, /^ms: .* is needed, not "5"$/],
    [{ kind: 'slow', ms: Number.POSITIVE_INFINITY }, /^ms: /],
    [{ kind: 'hang', ms: 5 }, /a fault of kind hang has only kind, share, client, seconds, path$/],
    [{ kind: 'hang', share: 0 }, /^share: .* a number above 0 and at most 1 is needed, not 0$/],
    [{ kind: 'hang', share: 2 }, /^share: /],
    [
      { kind: 'hang', client: 'localhost' },
      /^client: é preciso um endereço IP · an IP address is needed, not "localhost"$/,
    ],
    [{ kind: 'hang', path: '' }, /^path: /],
    [{ kind: 'hang', path: '/*/*' }, /^path: .* at most one \*/],
    [{ kind: 'hang', seconds: 0 }, /^seconds: .* from 1 to 86400 is needed, not 0$/],
    [{ kind: 'error', status: 200 }, /^status: .* from 400 to 599 is needed, not 200$/],
    [{ kind: 'error', rcode: 'SERVFAIL' }, /has only kind, share, client, seconds, path, status$/],
    [{ kind: 'reset', octets: -1 }, /^octets: .* from 0 to 1000000 is needed, not -1$/],
    [{ kind: 'refuse', path: '/' }, /^path: uma falha refuse só tem kind, seconds · /],
    [{ kind: 'none', share: 1 }, /^share: uma falha none só tem kind · /],
  ]
  for (const [body, message] of refused) {
    t.throws(() => readFault(body, HTTP_FAULTS, 0), { status: 400, message }, JSON.stringify(body))
  }
  t.throws(() => readFault({ kind: 'error', rcode: 'OOPS' }, DNS_FAULTS, 0), {
    message:
      /^rcode: é preciso um destes: .* one of FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED is needed, not "OOPS"$/,
  })
})
