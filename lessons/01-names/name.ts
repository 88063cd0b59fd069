/**
 * Exercício 01: ler um nome com compressão · decode a name with compression.
 *
 * No DNS, um nome é uma lista de rótulos. Cada rótulo tem o seu tamanho antes dele, em um byte; um zero termina o nome:
 *
 *     3 w w w 11 m e u t r a b a l h o 3 c o m 2 b r 0
 *
 * Para não repetir nomes, o fim de um nome pode ser um ponteiro, de dois bytes, para um nome que veio antes na mensagem:
 *
 *     11xxxxxx xxxxxxxx      os 14 bits x são a posição, contada do começo da mensagem
 *
 * Leia junto: RFC 1035 §3.1 (rótulos), §2.3.4 (limites), §4.1.4 (compressão).
 *
 * Lance FormatError (a classe já está importada) quando:
 * - a mensagem termina no meio do nome, de um rótulo ou de um ponteiro;
 * - o byte de tamanho começa com os bits 01 ou 10 (de 64 a 191);
 * - o nome inteiro, com os bytes de tamanho e o zero final, passa de 255 bytes;
 * - um ponteiro não aponta para antes do lugar em que começou a parte do nome que está sendo lida (senão, há laços sem fim).
 *
 * Dicas · hints
 * - reader.octets são todos os bytes da mensagem; reader.offset é onde o nome começa.
 * - No fim, reader.offset deve ficar logo depois do nome: depois do zero, ou depois do PRIMEIRO ponteiro.
 * - octets[n] é undefined depois do fim: teste isso antes de usar o valor.
 * - octets.toString('latin1', começo, fim) transforma bytes em texto, um caractere por byte.
 *
 * Confira: npm run lab -- check 01. Veja o laboratório com o seu código: npm start -- --exercise=01
 * Pure.
 */
import { FormatError, type Reader } from '../../dns-server/wire/reader.ts'

/**
 * Lê o nome que começa em reader.offset, seguindo ponteiros · reads the name at reader.offset, following pointers.
 *
 * @returns os rótulos, do primeiro ao último: ['www', 'meutrabalho', 'com', 'br']; [] para a raiz
 */
export function decodeName(reader: Reader): string[] {
  throw new Error(
    `decodeName() ainda não foi escrita · is not written yet (byte ${reader.offset}, ${FormatError.name})`,
  )
}
