/**
 * The schemas of what the ticket sale accepts and returns.
 *
 * Read beside: routes/, operations.ts, backend/validation/check.ts
 * Pure: values.
 */
import Type from 'typebox'
import { PersonNameSchema } from '../../backend/users/user-schemas.ts'
import { Instant, strict } from '../../backend/validation/schema-parts.ts'
import { MOST_SEATS } from './sale.ts'

const Id = Type.Integer({ minimum: 1 })
const Count = Type.Integer({ minimum: 0 })

export const NewEventSchema = Type.Object(
  {
    nome: PersonNameSchema,
    total: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'a whole number from 1 to 1000000' }),
  },
  strict,
)

export const NewReservationSchema = Type.Object(
  {
    quantidade: Type.Integer({
      minimum: 1,
      maximum: MOST_SEATS,
      description: `a whole number from 1 to ${MOST_SEATS}`,
    }),
  },
  strict,
)

/** For a body without members. */
export const NothingSchema = Type.Object({}, strict)

export const TicketEventSchema = Type.Object(
  { id: Id, nome: Type.String(), total: Id, disponiveis: Count, reservados: Count, vendidos: Count },
  strict,
)
export const TicketEventListSchema = Type.Object({ eventos: Type.Array(TicketEventSchema) }, strict)

export const StandingSchema = Type.Object(
  { posicao: Id, admitido: Type.Boolean(), aFrente: Count, esperaSegundos: Count },
  strict,
)

export const ReservationSchema = Type.Object(
  { id: Id, evento: Id, quantidade: Id, expiraEm: Instant, estado: Type.Optional(Type.String()) },
  strict,
)

export const PurchaseSchema = Type.Object({ reserva: Id, ingressos: Type.Array(Type.String()) }, strict)

export const TicketListSchema = Type.Object(
  { ingressos: Type.Array(Type.Object({ codigo: Type.String(), evento: Type.String(), compradoEm: Instant }, strict)) },
  strict,
)
