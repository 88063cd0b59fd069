/**
 * Exercício 05: escolher o próximo backend disponível · pick the next healthy backend.
 *
 * O proxy distribui as requisições em rodízio, pula os backends que estão fora, e respeita pesos: um backend com peso 2 recebe o dobro.
 * O algoritmo é o do nginx (rodízio suave com pesos). A cada vez:
 *
 *   1. cada candidato disponível ganha o seu peso em créditos;
 *   2. é escolhido o que tem mais créditos; em caso de empate, o que vem primeiro na lista;
 *   3. o escolhido paga a soma do que todos acabaram de ganhar.
 *
 *     pesos 5 1 1        a: 5 → escolhido, paga 7: -2     depois: a a b a c a a
 *
 * Os que não estão disponíveis nem ganham nem pagam: ficam com os créditos que tinham.
 *
 * Leia junto: nginx, commit 52327e0627f4 ("smooth weighted round-robin"); edge-proxy/balance/availability.ts.
 *
 * Dicas · hints
 * - credits pode ser menor que a lista de candidatos (na primeira vez, está vazia): o que falta vale 0.
 * - Sem nenhum disponível, index é -1.
 * - Não altere a lista que você recebeu: devolva uma nova.
 *
 * Confira: npm run lab -- check 05. Veja o laboratório com o seu código: npm start -- --exercise=05
 * Pure.
 */
import type { Weighted, WeightedTurn } from '../../edge-proxy/balance/round-robin.ts'

/**
 * @param candidates todos os backends, sempre na mesma ordem
 * @param available  se o backend da posição index está disponível
 * @param credits    os créditos depois da vez anterior
 * @returns a posição do escolhido (ou -1), e os créditos para a próxima vez
 */
export function nextTurn(
  candidates: readonly Weighted[],
  available: (index: number) => boolean,
  credits: readonly number[],
): WeightedTurn {
  throw new Error(
    `nextTurn(${candidates.length}, ${available(0)}, [${credits}]) ainda não foi escrita · is not written yet`,
  )
}
