import t from 'tap'
import { afterStep, judgeDelete, judgeStep, maySee, TICKET_STATES, type Ticket, type TicketUser } from './ticket.ts'

const ward: TicketUser = { id: 2, username: 'bruno', role: 'setor' }
const pharmacy: TicketUser = { id: 1, username: 'ana', role: 'farmacia' }
const ticket: Ticket = {
  id: '019ab2c0-0000-7000-8000-000000000000',
  item: 'Soro fisiológico 500 ml',
  quantidade: 10,
  setor: 'UTI',
  urgencia: 'normal',
  estado: 'aberto',
  solicitante: { id: 2, username: 'bruno' },
  historico: [],
}

t.test('maySee(): a ward sees its own tickets, the pharmacy sees all', async t => {
  t.ok(maySee(ward, ticket))
  t.ok(maySee(pharmacy, ticket))
  t.notOk(maySee({ ...ward, id: 3 }, ticket))
})

t.test('judgeStep(): the whole table of steps', async t => {
  const allowed = (user: TicketUser) =>
    TICKET_STATES.flatMap(from =>
      TICKET_STATES.filter(to => judgeStep(user, from, to).kind === 'allowed').map(to => `${from} → ${to}`),
    )
  t.strictSame(allowed(ward), ['aberto → cancelado'])
  t.strictSame(allowed(pharmacy), [
    'aberto → em-separacao',
    'aberto → cancelado',
    'em-separacao → entregue',
    'em-separacao → cancelado',
  ])
})

t.test('judgeStep() says what would be right', async t => {
  t.match(judgeStep(pharmacy, 'aberto', 'entregue'), { kind: 'conflict', why: /possible: em-separacao, cancelado$/ })
  t.match(judgeStep(pharmacy, 'entregue', 'cancelado'), { kind: 'conflict', why: /a final state$/ })
  t.match(judgeStep(pharmacy, 'na-fila', 'cancelado'), { kind: 'conflict', why: /still in the queue/ })
  t.match(judgeStep(ward, 'aberto', 'em-separacao'), { kind: 'forbidden', why: /only the pharmacy/ })
})

t.test('judgeDelete() allows it while the ticket is aberto', async t => {
  t.strictSame(
    TICKET_STATES.filter(state => judgeDelete(state).kind === 'allowed'),
    ['aberto'],
  )
})

t.test('afterStep() adds the step to the history', async t => {
  const after = afterStep(ticket, 'cancelado', '2026-01-01T00:00:00.000Z', 'bruno')
  t.equal(after.estado, 'cancelado')
  t.strictSame(after.historico, [{ estado: 'cancelado', em: '2026-01-01T00:00:00.000Z', por: 'bruno' }])
  t.strictSame(ticket.historico, [], 'the ticket before is unchanged')
})
