/**
 * Exercício 03: subida e queda · rise and fall.
 *
 * O servidor DNS verifica cada frontend o tempo todo. Uma verificação que falha pode ser azar: um pacote perdido, um segundo de
 * disco lento. Se uma falha só tirasse a máquina do rodízio, ela entraria e sairia sem parar. Por isso só conta o que se repete:
 *
 *     no ar ──falha──► no ar, 1 de 3 ──falha──► no ar, 2 de 3 ──falha──► fora
 *     fora ──passa──► fora, 1 de 2 ──passa──► no ar
 *
 * fall é o número de falhas SEGUIDAS que derrubam; rise é o número de verificações boas SEGUIDAS que levantam.
 *
 * Leia junto: o manual do HAProxy, "rise" e "fall"; shared/health.ts.
 *
 * Dicas · hints
 * - disagreeing conta as verificações seguidas que discordam do estado. Uma que concorda zera a contagem.
 * - Devolva um objeto novo; não altere o que você recebeu.
 *
 * Confira: npm run lab -- check 03. Veja o laboratório com o seu código: npm start -- --exercise=03
 * Pure.
 */
import type { Health, Thresholds } from '../../shared/health.ts'

/**
 * O estado depois de mais uma verificação · the health after one more check.
 *
 * Antes da primeira verificação, known é false; a primeira decide sozinha, e depois dela known é true.
 *
 * @param passed se a verificação passou
 */
export function observe(health: Health, passed: boolean, { rise, fall }: Thresholds): Health {
  throw new Error(`observe(${health.healthy}, ${passed}, ${rise}, ${fall}) ainda não foi escrita · is not written yet`)
}
