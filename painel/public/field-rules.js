/**
 * The rule behind the fate of an HTTP field: its section, what it means in one sentence, and the sentence of the standard.
 *
 * Read beside: edge-proxy/watch/field-verdicts.ts (which names the rules), docs/rfcs.md
 * Pure: a table.
 */

/**
 * @typedef {object} FieldRule
 * @property {string} pt
 * @property {string} en
 * @property {string} quote as it is written in the standard; empty for a rule of this lab
 */

/** @type {Readonly<Record<string, FieldRule>>} */
export const FIELD_RULES = {
  'RFC 9110 §5.1': {
    pt: 'Um proxy encaminha os campos que não conhece.',
    en: 'A proxy forwards fields that it does not know.',
    quote:
      'A proxy MUST forward unrecognized header fields unless the field name is listed in the Connection header field (Section 7.6.1) or the proxy is specifically configured to block, or otherwise transform, such fields.',
  },
  'RFC 9110 §7.6.1': {
    pt: 'Este campo vale só para uma conexão: o proxy o retira antes de encaminhar.',
    en: 'This field is for one connection only: the proxy removes it before forwarding.',
    quote:
      'Intermediaries MUST parse a received Connection header field before a message is forwarded and, for each connection-option in this field, remove any header or trailer field(s) from the message with the same name as the connection-option, and then remove the Connection header field itself (or replace it with the intermediary’s own control options for the forwarded message).',
  },
  'RFC 9110 §7.8': {
    pt: 'Upgrade vale só para uma conexão.',
    en: 'Upgrade is for one connection only.',
    quote:
      'A sender of Upgrade MUST also send an "Upgrade" connection option in the Connection header field (Section 7.6.1) to inform intermediaries not to forward this field.',
  },
  'RFC 9110 §11.7.2': {
    pt: 'A senha é só para o próximo proxy e não é encaminhada.',
    en: 'The password is for the next proxy only, and is not forwarded.',
    quote:
      'Unlike Authorization, the Proxy-Authorization header field applies only to the next inbound proxy that demanded authentication using the Proxy-Authenticate header field.',
  },
  'RFC 9112 §6.1': {
    pt: 'Como esta mensagem é delimitada: cada lado decide de novo.',
    en: 'How this message is framed: each side decides anew.',
    quote:
      'Unlike Content-Encoding (Section 8.4.1 of [HTTP]), Transfer-Encoding is a property of the message, not of the representation.',
  },
  'RFC 9110 §8.6': {
    pt: 'O tamanho do conteúdo: um valor errado não é encaminhado.',
    en: 'The length of the content: a wrong value is not forwarded.',
    quote:
      'As a result, a sender MUST NOT forward a message with a Content-Length header field value that is known to be incorrect.',
  },
  'RFC 9110 §6.6.2': {
    pt: 'Anuncia os campos que vêm depois do conteúdo.',
    en: 'It announces the fields that come after the content.',
    quote:
      'The "Trailer" header field provides a list of field names that the sender anticipates sending as trailer fields within that message.',
  },
  'RFC 9110 §10.1.1': {
    pt: 'O cliente espera uma confirmação antes de enviar o conteúdo.',
    en: 'The client expects a confirmation before it sends the content.',
    quote:
      'The "Expect" header field in a request indicates a certain set of behaviors (expectations) that need to be supported by the server in order to properly handle this request.',
  },
  'RFC 9110 §7.2': {
    pt: 'O nome que a pessoa digitou; é o mesmo nos dois lados.',
    en: 'The name that the person typed; the same on both sides.',
    quote:
      'The "Host" header field in a request provides the host and port information from the target URI, enabling the origin server to distinguish among resources while servicing requests for multiple host names.',
  },
  'RFC 9110 §7.6.2': {
    pt: 'Quantos saltos ainda são permitidos: cada proxy diminui o número.',
    en: 'How many hops are still allowed: each proxy decreases the number.',
    quote:
      'Each intermediary that receives a TRACE or OPTIONS request containing a Max-Forwards header field MUST check and update its value prior to forwarding the request.',
  },
  'RFC 9110 §7.6.3': {
    pt: 'Cada proxy do caminho acrescenta o seu nome.',
    en: 'Each proxy on the way adds its name.',
    quote: 'A proxy MUST send an appropriate Via header field, as described below, in each message that it forwards.',
  },
  'RFC 9110 §6.6.1': {
    pt: 'A hora em que a resposta foi gerada.',
    en: 'The time at which the response was made.',
    quote:
      'The "Date" header field represents the date and time at which the message was originated, having the same semantics as the Origination Date Field (orig-date) defined in Section 3.6.1 of [RFC5322].',
  },
  'RFC 6265 §4.1': {
    pt: 'Um cookie do próprio proxy: o backend ao qual este navegador volta.',
    en: 'A cookie of the proxy itself: the backend to which this browser returns.',
    quote: 'The Set-Cookie HTTP response header is used to send cookies from the server to the user agent.',
  },
  'RFC 7239 §4': {
    pt: 'Informa ao backend o endereço do cliente: a conexão que o backend recebe vem do proxy.',
    en: 'It gives the backend the address of the client: the connection to the backend comes from the proxy.',
    quote:
      'The "Forwarded" HTTP header field is an OPTIONAL header field that, when used, contains a list of parameter-identifier pairs that disclose information that is altered or lost when a proxy is involved in the path of the request.',
  },
  'RFC 7239 §7.4': {
    pt: 'O mesmo que Forwarded, na forma antiga que muitos programas ainda leem.',
    en: 'The same as Forwarded, in the older form that many programs still read.',
    quote: '',
  },
  'W3C Trace Context §3.2': {
    pt: 'Um número comum a todos os saltos desta requisição, para ferramentas de rastreamento.',
    en: 'One number for all hops of this request, for tracing tools.',
    quote: '',
  },
  'W3C Trace Context §3.3': {
    pt: 'Dados das ferramentas de rastreamento.',
    en: 'Data of the tracing tools.',
    quote: '',
  },
  'W3C Server Timing §3': {
    pt: 'Quanto tempo cada salto levou.',
    en: 'How long each hop took.',
    quote: '',
  },
  lab: {
    pt: 'Regra deste laboratório, não de um padrão.',
    en: 'A rule of this lab, not of a standard.',
    quote: '',
  },
}

/** Where a section can be read; undefined for what is not an RFC. @param {string} rule `RFC 9110 §7.6.1` */
export function rfcUrl(rule) {
  const [, number, section] = /^RFC (\d+) §([\d.]+)$/.exec(rule) ?? []
  return number === undefined ? undefined : `https://www.rfc-editor.org/rfc/rfc${number}.html#section-${section}`
}
