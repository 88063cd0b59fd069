/**
 * Exercise 09: reserve without overselling.
 *
 * In the lab, MySQL holds the rules of reserve() and giveBack() (the conditions of its UPDATE statements); obstacle() runs in the servers.
 *
 * Read beside: sale.ts (the stub), apps/ingressos/sale.ts (ours)
 * Pure.
 */
import type {
  giveBack as GiveBack,
  obstacle as ObstacleOf,
  ReservationState,
  reserve as Reserve,
  Seats,
} from '../../apps/ingressos/sale.ts'
import type { Exercise, StudentModule } from '../exercise/exercise.ts'
import { integer, oneFrom } from '../exercise/random.ts'

export type SaleInput =
  /** Positive: so many seats are reserved; negative: so many come back. */
  | { readonly total: number; readonly changes: readonly number[] }
  | { readonly state: ReservationState; readonly expiresAt: number; readonly now: number }

const OBSTACLES: readonly unknown[] = ['bought', 'cancelled', 'expired', undefined]
const STATES: readonly ReservationState[] = ['reserved', 'bought', 'cancelled', 'expired']

export const exercise: Exercise<SaleInput> = {
  number: '09',
  title: 'Reservar sem vender demais',
  file: 'sale.ts',
  replaces: 'apps/ingressos/sale.ts',
  functions: ['reserve', 'giveBack', 'obstacle'],
  throws: [],
  imports: [],
  components: ['ingressos1', 'ingressos2', 'ingressos3', 'ingressos4'],
  without: {},
  shownIn: ['backend.request'],
  cases: [
    { name: 'há lugares: eles saem dos disponíveis', input: { total: 10, changes: [3] } },
    { name: 'os últimos lugares, exatamente', input: { total: 4, changes: [4] } },
    { name: 'faltam lugares: undefined, e nada muda', input: { total: 10, changes: [4, 4, 4, 2] } },
    { name: 'nenhum lugar', input: { total: 0, changes: [1] } },
    { name: 'uma reserva cancelada devolve os lugares', input: { total: 4, changes: [4, -4, 1] } },
    { name: 'reservada, e o prazo não passou: nada impede', input: { state: 'reserved', expiresAt: 1000, now: 999 } },
    { name: 'no instante em que o prazo acaba, já não vale', input: { state: 'reserved', expiresAt: 1000, now: 1000 } },
    {
      name: 'comprada continua comprada, também depois do prazo',
      input: { state: 'bought', expiresAt: 1000, now: 5000 },
    },
    { name: 'cancelada', input: { state: 'cancelled', expiresAt: 1000, now: 0 } },
    { name: 'expirada, mesmo que o relógio tenha voltado', input: { state: 'expired', expiresAt: 1000, now: 0 } },
  ],
  generate: random => {
    if (random() < 0.4) {
      const expiresAt = integer(random, 0, 100)
      return { state: oneFrom(random, STATES), expiresAt, now: expiresAt + integer(random, -2, 2) }
    }
    const held: number[] = []
    const changes = Array.from({ length: integer(random, 1, 20) }, () => {
      const back = random() < 0.3 ? held.pop() : undefined
      if (back !== undefined) return -back
      const quantity = integer(random, 1, 4)
      held.push(quantity)
      return quantity
    })
    return { total: integer(random, 0, 20), changes }
  },
  run: ({ reserve, giveBack, obstacle }: StudentModule, input) => {
    if ('state' in input) {
      return (
        (obstacle as typeof ObstacleOf)({ quantity: 1, state: input.state, expiresAt: input.expiresAt }, input.now) ??
        null
      )
    }
    const seen: (number | null)[] = []
    let seats: Seats = { total: input.total, available: input.total }
    for (const change of input.changes) {
      // A reservation that was refused has nothing to give back.
      if (change < 0 && seats.available - change > seats.total) continue
      const after =
        change > 0
          ? (reserve as typeof Reserve)(seats, change)
          : (giveBack as typeof GiveBack)(seats, { quantity: -change })
      seen.push(after === undefined ? null : after.available)
      seats = after ?? seats
    }
    return seen
  },
  problemWith: (name, value) => {
    if (name === 'obstacle')
      return OBSTACLES.includes(value) ? undefined : 'não é bought, cancelled, expired nem undefined'
    const { available } = (value ?? {}) as Partial<Seats>
    return value === undefined || Number.isInteger(available) ? undefined : 'não tem total e available'
  },
  // The server answers 500 to this request.
  afterFailure: (name, _, why) => {
    throw new Error(`${name}: ${why}`)
  },
}
