/**
 * The settings of the ticket sale, read once.
 *
 *   RESERVA_SEGUNDOS         120   how long a reservation holds its seats
 *   ADMISSOES_POR_SEGUNDO    100   people that the waiting line of an event admits in a second
 *
 * Read beside: README.md, backend/config.ts (the settings of every program on the toolkit), line/waiting-line.ts
 * Pure: an environment in, values out.
 */
import { type Environment, integer } from '#shared/settings.ts'

export interface SaleConfig {
  readonly reservationSeconds: number
  readonly admissionsPerSecond: number
}

/** @throws SettingError that names the variable */
export function readSaleConfig(env: Environment): SaleConfig {
  return {
    reservationSeconds: integer(env, 'RESERVA_SEGUNDOS', { byDefault: 120, min: 1, max: 3_600 }),
    admissionsPerSecond: integer(env, 'ADMISSOES_POR_SEGUNDO', { byDefault: 100, min: 1, max: 100_000 }),
  }
}
