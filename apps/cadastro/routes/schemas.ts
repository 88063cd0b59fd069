/**
 * What the routes of this application accept and return.
 *
 * Read beside: sign-ups.ts, decisions.ts, queues.ts, backend/validation/check.ts
 * Pure: values.
 */
import Type from 'typebox'
import { PasswordSchema, PersonNameSchema, UsernameSchema } from '../../../backend/users/user-schemas.ts'
import { Instant, strict } from '../../../backend/validation/schema-parts.ts'

/** As in HTML (WHATWG HTML, "valid e-mail address"), with at least two labels, because the message could not leave the lab's network otherwise. */
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const EmailSchema = Type.String({
  maxLength: 254,
  pattern: `^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL}){1,8}$`,
  description: 'an e-mail address of at most 254 ASCII characters: name@example.com',
})

export const NewSignUpSchema = Type.Object(
  { username: UsernameSchema, nome: PersonNameSchema, email: EmailSchema, password: PasswordSchema },
  strict,
)

const IdSchema = Type.String({ minLength: 36, maxLength: 36 })
const StateSchema = Type.Enum(['recebido', 'em-analise', 'aprovado', 'recusado'])

export const AcceptedSchema = Type.Object({ id: IdSchema, estado: StateSchema }, strict)

export const SignUpSchema = Type.Object(
  {
    id: IdSchema,
    estado: StateSchema,
    historico: Type.Array(Type.Object({ estado: StateSchema, em: Instant, por: Type.String() }, strict)),
    espera: Type.Optional(
      Type.Object(
        { fila: Type.String(), grupo: Type.String(), consumidores: Type.Array(Type.String()) },
        { ...strict, description: 'while it is recebido: where it waits, and the hosts that consume there now' },
      ),
    ),
  },
  strict,
)

export const ListQuerySchema = Type.Object(
  {
    estado: Type.Optional(Type.Enum(['em-analise'], { description: 'only em-analise can be listed' })),
    busca: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Integer()], {
        description: '1 to 100 characters to search for',
      }),
    ),
    apos: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0, description: 'how many to leave out' }),
  },
  strict,
)

export const SignUpListSchema = Type.Object(
  {
    total: Type.Integer(),
    cadastros: Type.Array(
      Type.Object(
        {
          id: IdSchema,
          estado: StateSchema,
          username: Type.Optional(Type.String()),
          nome: Type.String(),
          email: Type.String(),
          em: Type.Optional(Instant),
        },
        strict,
      ),
    ),
  },
  strict,
)

const Count = Type.Integer({ minimum: 0 })

export const QueuesSchema = Type.Object(
  {
    broker: Type.Enum(['redis', 'kafka']),
    saida: Type.Integer({ minimum: 0, description: 'messages in the outbox: committed, and not published yet' }),
    filas: Type.Array(
      Type.Object(
        {
          fila: Type.String(),
          tamanho: Count,
          grupos: Type.Array(
            Type.Object(
              {
                grupo: Type.String(),
                atraso: Count,
                pendentes: Type.Union([Count, Type.Null()]),
                consumidores: Type.Array(Type.String()),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
    mortas: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          fila: Type.String(),
          grupo: Type.String(),
          motivo: Type.String(),
          tentativas: Count,
          em: Instant,
          tipo: Type.Union([Type.String(), Type.Null()]),
          chave: Type.Union([Type.String(), Type.Null()]),
        },
        strict,
      ),
    ),
  },
  strict,
)
