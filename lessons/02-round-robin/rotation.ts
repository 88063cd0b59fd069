/**
 * Exercício 02: girar um RRset · rotate an RRset.
 *
 * Um RRset é o conjunto dos registros com o mesmo nome e o mesmo tipo: os três registros A de www, por exemplo. O servidor DNS envia o
 * conjunto inteiro em cada resposta, e a cada resposta começa um registro depois. A maioria dos clientes usa o primeiro endereço;
 * por isso, girar a lista divide os clientes entre as máquinas.
 *
 * Leia junto: RFC 1794 §2.
 *
 *     resposta 0:  0 1 2        resposta 1:  1 2 0        resposta 2:  2 0 1        resposta 3:  0 1 2
 *
 * Dicas · hints
 * - O resto da divisão (%) faz a conta dar a volta: (2 + 1) % 3 é 0.
 * - Teste com três registros no papel antes de escrever.
 * - Em nextStart(), pense em uma máquina fora do ar: count é 3, sent é [2, 0]. Quem foi o primeiro?
 *
 * Confira: npm run lab -- check 02. Veja o laboratório com o seu código: npm start -- --exercise=02
 * Pure.
 */

/**
 * As posições 0…count−1, em círculo, começando em start · the positions 0…count−1 in a circle, beginning at start.
 *
 * @param count quantos registros há: 1 ou mais
 * @param start a posição que vem primeiro: 0 ≤ start < count
 */
export function rotate(count: number, start: number): number[] {
  throw new Error(`rotate(${count}, ${start}) ainda não foi escrita · is not written yet`)
}

/**
 * A posição com que começa a próxima resposta: uma depois do registro que foi mesmo enviado em primeiro lugar. Registros de máquinas fora
 * do ar não são enviados. Some 1 ao primeiro que foi enviado, e não a start.
 *
 * @param sent  as posições enviadas, em ordem; vazia quando nenhum registro foi enviado (então conte a partir de start)
 * @param start a posição com que esta resposta deveria ter começado
 */
export function nextStart(count: number, sent: readonly number[], start: number): number {
  throw new Error(`nextStart(${count}, [${sent}], ${start}) ainda não foi escrita · is not written yet`)
}
