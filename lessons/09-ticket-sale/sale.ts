/**
 * Exercício 09: reservar sem vender demais · reserve without overselling.
 *
 * A cada momento: disponíveis + reservados + vendidos = total, e nenhum deles é negativo. Uma reserva termina de um destes modos:
 *
 *     reservar ──► reserved ──► comprar ──► bought
 *                     ├──► cancelar ──► cancelled     os lugares voltam a ficar disponíveis
 *                     └──► o prazo acaba ──► expired   também
 *
 * No laboratório, as regras de reserve() e giveBack() ficam no MySQL, na condição de cada UPDATE:
 *
 *     UPDATE ingressos_events SET available = available - ? WHERE id = ? AND available >= ?
 *
 * Ler primeiro e escrever depois não basta: entre as duas coisas, outro servidor pode ter vendido o mesmo lugar. As suas funções dizem o que é
 * certo; obstacle() roda nos servidores, e decide a resposta de uma compra recusada.
 *
 * Leia junto: apps/ingressos/reservations.ts.
 *
 * Dicas · hints
 * - Não altere os objetos que você recebe: devolva outros ({ ...seats, available: … }).
 * - "Lugares suficientes" inclui o caso em que sobram exatamente zero.
 * - Em obstacle(), o estado vem antes do relógio: o que foi comprado continua comprado.
 *
 * Confira: npm run lab -- check 09. Veja o laboratório com o seu código: npm start -- --app=ingressos --exercise=09
 * Pure.
 */
import type { Obstacle, ReservationFacts, Seats } from '../../apps/ingressos/sale.ts'

/** Os lugares depois de uma reserva; undefined quando não há lugares suficientes. */
export function reserve(seats: Seats, quantity: number): Seats | undefined {
  throw new Error(`reserve(${seats.available}, ${quantity}) ainda não foi escrita · is not written yet`)
}

/** Os lugares depois que uma reserva foi cancelada ou expirou. */
export function giveBack(seats: Seats, { quantity }: Pick<ReservationFacts, 'quantity'>): Seats {
  throw new Error(`giveBack(${seats.available}, ${quantity}) ainda não foi escrita · is not written yet`)
}

/**
 * O que impede que uma reserva seja comprada ou cancelada agora; undefined quando nada impede. Uma reserva vale até o instante ANTES de
 * expiresAt.
 *
 * @param now milissegundos, como expiresAt
 */
export function obstacle({ state, expiresAt }: ReservationFacts, now: number): Obstacle | undefined {
  throw new Error(`obstacle(${state}, ${expiresAt}, ${now}) ainda não foi escrita · is not written yet`)
}
