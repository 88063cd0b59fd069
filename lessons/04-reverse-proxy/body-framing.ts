/**
 * Exercício 04: onde termina esta requisição? · where does this request end?
 *
 * Em uma conexão TCP, as requisições vêm uma atrás da outra, sem separador. Só os campos do cabeçalho dizem onde o corpo de uma termina e
 * a próxima começa. Se dois programas em sequência (o proxy e o backend) decidem isso de maneiras diferentes, um atacante esconde uma
 * requisição dentro do corpo de outra: é o request smuggling. Na dúvida, recuse.
 *
 * Leia junto: RFC 9112 §6.3 (as regras 1 a 8), §6.1 (Transfer-Encoding), §6.2 (Content-Length); RFC 9110 §8.6.
 *
 * Devolva · return
 *     { kind: 'none' }                 nenhum dos dois campos
 *     { kind: 'length', length: 5 }    Content-Length: 5
 *     { kind: 'chunked' }              Transfer-Encoding: chunked
 *
 * Lance · throw: new FramingError(400, 'RFC 9112 §6.3', 'por quê')
 * - 400: mais de um Content-Length, mesmo que sejam iguais
 * - 400: um Content-Length que não são só dígitos de 0 a 9, ou maior que Number.MAX_SAFE_INTEGER
 * - 400: Content-Length e Transfer-Encoding juntos
 * - 400: Transfer-Encoding em HTTP/1.0
 * - 501: a última codificação é chunked, e antes dela há outra que não é chunked (gzip, por exemplo)
 * - 400: a última codificação não é chunked, ou chunked aparece mais de uma vez
 *
 * Dicas · hints
 * - listOf(fields, 'transfer-encoding') devolve todas as codificações, em minúsculas: ['gzip', 'chunked'].
 * - field.key é o nome do campo em minúsculas; field.value, o valor sem os espaços em volta.
 * - Number('0x10') é 16, Number('') é 0 e Number('1e3') é 1000. Nenhum deles é um Content-Length.
 *
 * Confira: npm run lab -- check 04. Veja o laboratório com o seu código: npm start -- --exercise=04
 * Pure.
 */
import type { BodyFraming } from '../../edge-proxy/http1/body-framing.ts'
import { type Field, listOf } from '../../edge-proxy/http1/fields.ts'
import { FramingError } from '../../edge-proxy/http1/framing-error.ts'

/**
 * Como o corpo de uma requisição termina · how the body of a request ends.
 *
 * @param fields os campos do cabeçalho, na ordem em que vieram
 * @param minor  1 em HTTP/1.1, 0 em HTTP/1.0
 */
export function requestFraming(fields: readonly Field[], minor: number): BodyFraming {
  const codings = listOf(fields, 'transfer-encoding')
  throw new Error(
    `requestFraming() ainda não foi escrita · is not written yet (${codings}, ${minor}, ${FramingError.name})`,
  )
}
