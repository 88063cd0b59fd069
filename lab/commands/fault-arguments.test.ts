import t from 'tap'
import { faultLines, parseFaultArguments } from './fault-arguments.ts'

t.test('parseFaultArguments() reads the kind, its value and what limits it', async t => {
  const cause = (text: string) => parseFaultArguments(text.split(' '))
  t.strictSame(cause('backend2 slow 800 --path=/perfil --share=50% --seconds=60'), {
    what: 'cause',
    name: 'backend2',
    body: { kind: 'slow', ms: 800, path: '/perfil', share: 0.5, seconds: 60 },
  })
  t.match(cause('ns1 error servfail name=www.meutrabalho.com.br'), {
    body: { kind: 'error', rcode: 'SERVFAIL', name: 'www.meutrabalho.com.br' },
  })
  t.match(cause('frontend1 error 500'), { body: { kind: 'error', status: 500 } })
  t.match(cause('ns1 drop 20%'), { body: { kind: 'drop', share: 0.2 } })
  t.match(cause('frontend1 reset 100 client=127.0.0.1'), { body: { kind: 'reset', octets: 100, client: '127.0.0.1' } })
  t.match(cause('backend1 hang'), { body: { kind: 'hang' } })
  t.match(cause('backend1 slow soon'), { body: { kind: 'slow', ms: 'soon' } }, 'the component says what is wrong')
  t.strictSame(cause('list'), { what: 'list' })
  t.strictSame(cause('clear'), { what: 'clear', name: undefined })
  t.strictSame(cause('clear backend2'), { what: 'clear', name: 'backend2' })
})

t.test('parseFaultArguments() refuses words that it does not have', async t => {
  for (const [text, message] of [
    ['backend2', /^"backend2": use fault NOME TIPO; tipos: hang, .* · fault NAME KIND; kinds: hang, /],
    ['backend2 explode', /^"explode": use fault NOME TIPO; /],
    ['list all', /^"all": use fault NOME TIPO; /],
    ['backend1 hang 5', /^"5": use --OPÇÃO=VALOR: ms, /],
    ['backend1 hang --speed=5', /^"--speed=5": use opções: ms, octets, .* · options: ms, octets, /],
  ] as const)
    t.throws(() => parseFaultArguments(text.split(' ')), { name: 'CommandError', message }, text)
})

t.test('faultLines() shows each fault in one line', async t => {
  t.strictSame(faultLines([], 0), [' nenhuma falha · no faults'])
  t.strictSame(
    faultLines(
      [
        { component: 'backend2', kind: 'slow', share: 0.5, ms: 800, path: '/perfil', until: 28_400 },
        { component: 'ns1', kind: 'error', share: 1, rcode: 'SERVFAIL', client: '127.0.0.1' },
        { component: 'frontend1', kind: 'hang', share: 1 },
      ],
      0,
    ),
    [
      ' backend2     slow     800 ms   /perfil   50 %   mais 29 s · more',
      ' ns1          error    SERVFAIL   cliente · client 127.0.0.1',
      ' frontend1    hang',
    ],
  )
})
