/**
 * What is wrong with a zone file, in Portuguese as well: most of those who write one here are Brazilian students.
 *
 * The code speaks English; this table is the only place that knows the other language. What it does not know stays English.
 *
 * Read beside: check.ts, advice.ts, master-file.ts, scanner.ts, rdata/ (where the sentences are made)
 * Pure: a sentence in, a sentence out.
 */

const SENTENCES: readonly (readonly [english: RegExp, portuguese: string])[] = [
  // The scanner and the entries.
  [/^this quote is not closed on its line$/, 'estas aspas não fecham na mesma linha'],
  [/^this closing parenthesis was never opened$/, 'este parêntese fecha, mas nenhum abriu'],
  [/^this parenthesis is not closed$/, 'este parêntese não fecha'],
  [/^a backslash at the end of a line escapes nothing$/, 'uma barra invertida no fim da linha não escapa nada'],
  [/^(.*) is more than this entry takes$/, '$1 sobra nesta linha'],
  [/^(\$\S+) is unknown; there are (.*) and (.*)$/, '$1 não existe; existem $2 e $3'],
  [
    /^\$INCLUDE is nested more than (\d+) deep: a circle\?$/,
    '$INCLUDE dentro de $INCLUDE mais de $1 vezes: um círculo?',
  ],
  [/^\$INCLUDE is there more than (\d+) times$/, '$INCLUDE aparece mais de $1 vezes'],
  [/^\$INCLUDE (\S+): only files in the folder.*$/, '$INCLUDE $1: só arquivos da pasta da zona podem ser incluídos'],
  [/^\$INCLUDE (\S+): (.*)$/s, '$INCLUDE $1: o arquivo não pode ser lido ($2)'],
  [/^the first record has no owner: .*$/, 'o primeiro registro não tem nome: a linha começa com espaço'],
  [/^only class IN is served$/, 'só a classe IN é servida'],
  [/^(.*) is no type: (.*)$/, '$1 não é um tipo de registro: $2'],
  [/^(\S+) is a question's type; a zone cannot hold it$/, '$1 é um tipo de pergunta; não pode estar numa zona'],
  [/^there is no TTL: .*$/, 'falta o TTL: comece o arquivo com $$TTL 3600, por exemplo'],
  [/^(.*) is missing$/, 'falta: $1'],
  [/^a TTL is at most (\d+) seconds \((.*)\), not (\d+)$/, 'um TTL vai até $1 segundos ($2), não $3'],
  // Names.
  [/^the name (.*) takes (\d+) octets; (\d+) is the limit$/, 'o nome $1 ocupa $2 octetos; o limite é $3'],
  [/^(.*) ends in a backslash$/, '$1 termina em barra invertida'],
  [/^(\\\S*) in (.*) is no octet: .*$/, '$1 em $2 não é um octeto: são três dígitos, de \\000 a \\255'],
  [
    /^the name (.*) has an empty label .*$/,
    'o nome $1 tem um rótulo vazio (dois pontos seguidos, ou um ponto no começo)',
  ],
  [/^a label of (.*) has (\d+) octets; (\d+) is the limit$/, 'um rótulo de $1 tem $2 octetos; o limite é $3'],
  // Rdata.
  [/^(\S+): (.*) is no IPv4 address; .*$/, '$1: $2 não é um endereço IPv4; são quatro números de 0 a 255'],
  [/^(\S+): (.*) is no IPv6 address; as in (.*)$/, '$1: $2 não é um endereço IPv6, como $3'],
  [/^(\S+): (.*) is no time; .*$/, '$1: $2 não é um tempo; são segundos, ou 1h30m'],
  [/^(\S+): (.*) is over (\d+) seconds$/, '$1: $2 passa de $3 segundos'],
  [/^(\S+): (.*) is no whole number from (\d+) to (\d+)$/, '$1: $2 não é um número inteiro de $3 a $4'],
  [
    /^(\S+): a string of (\d+) octets; (\d+) is the limit, .*$/,
    '$1: um texto de $2 octetos; o limite é $3, mas vários podem vir em seguida',
  ],
  [/^(\S+): (.*) is no CAA tag; .*$/, '$1: $2 não é uma etiqueta de CAA; são letras e dígitos, como issue'],
  [/^rdata of an unknown type is written (.*)$/, 'os dados de um tipo desconhecido se escrevem $1'],
  [/^\\#: (.*) is no length$/, '\\#: $1 não é um comprimento'],
  [/^\\#: pairs of hexadecimal digits are needed$/, '\\#: são pares de dígitos hexadecimais'],
  [/^\\# announces (\d+) octets, but (.*) follow$/, '\\# anuncia $1 octetos, mas vêm $2'],
  [
    /^(?:the octets after|the value of|a CAA tag|SvcParamKeys|the message ends at|the rdata of type|\S+ goes beyond).*$/,
    'os octetos depois de \\# não são o que este tipo pede',
  ],
  [
    /^the data of one record takes (\d+) octets; (\d+) is the limit$/,
    'os dados de um registro ocupam $1 octetos; o limite é $2',
  ],
  [/^(\S+): a value of (\d+) octets; (\d+) is the limit$/, '$1: um valor de $2 octetos; o limite é $3'],
  [/^the parameter (\S+) stands there twice$/, 'o parâmetro $1 aparece duas vezes'],
  [/^(.*) is no service parameter; as in (.*)$/, '$1 não é um parâmetro de serviço, como $2'],
  [/^(\S+) needs a value$/, '$1 precisa de um valor'],
  [/^(\S+) takes no value$/, '$1 não leva valor'],
  [/^(mandatory|port): (.*) is no (?:key|port)$/, '$1: $2 não serve'],
  [/^alpn: an identifier has (\d+) to (\d+) octets$/, 'alpn: um identificador tem de $1 a $2 octetos'],
  [/^ech: base64 is needed$/, 'ech: precisa ser base64'],
  [/^mandatory: a key may be listed once, .*$/, 'mandatory: cada chave uma vez só, e nunca a própria mandatory'],
  [/^mandatory lists (\S+), which is not there$/, 'mandatory cita $1, que não está no registro'],
  // The zone as a whole.
  [/^(\S+) is no name for a host: .* \((.*)\)$/, '$1 não serve de nome de máquina: são letras, dígitos e hífens ($2)'],
  [
    /^(\S+) has letters that browsers ask for in another form: write (\S+) (.*)$/,
    '$1 tem letras que os navegadores perguntam de outra forma: escreva $2 $3',
  ],
  [/^(\S+) is not in the zone (\S+): .*$/, '$1 não pertence à zona $2 e foi deixado de fora (um ponto final a mais?)'],
  [/^(\S+) (\S+) stands there twice: .*$/, '$1 $2 aparece duas vezes: a segunda foi deixada de fora'],
  [
    /^the TTLs of (\S+) (\S+) differ: (\d+) is used .*$/,
    'os TTLs de $1 $2 são diferentes: vale $3 para todos (RFC 2181 §5.2)',
  ],
  [/^the SOA record must be at the apex, (\S+)$/, 'o registro SOA fica no topo da zona, $1'],
  [/^(\S+) has no (SOA|NS) record$/, '$1 não tem registro $2'],
  [/^(\S+) has (\d+) SOA records; one is needed$/, '$1 tem $2 registros SOA; precisa de um só'],
  [/^(\S+) has a CNAME and other data (.*)$/, '$1 tem um CNAME e outros dados $2'],
  [/^(\S+) has more than one CNAME (.*)$/, '$1 tem mais de um CNAME $2'],
  [/^an NS record at a wildcard means nothing (.*)$/, 'um registro NS num curinga não significa nada $1'],
  [/^one name server only; (.*) asks for two$/, 'um servidor de nomes só; o $1 pede dois'],
  [/^(\S+) (\S+) names (\S+), which is an alias (.*)$/, '$1 $2 aponta para $3, que é um apelido (CNAME) $4'],
  [
    /^(\S+) (\S+) names (\S+), which has no address in this zone$/,
    '$1 $2 aponta para $3, que não tem endereço nesta zona',
  ],
  [
    /^(\S+) (\S+) names (\S+): a name is needed there, not an address$/,
    '$1 $2 aponta para $3: ali vai um nome, não um endereço',
  ],
  [/^(\S+) has the zone's name twice: .*$/, '$1 tem o nome da zona duas vezes: falta um ponto final?'],
  [
    /^the SOA's mailbox is written with a dot, (\S+), not with @ (.*)$/,
    'o e-mail do SOA se escreve com ponto, $1, não com @ $2',
  ],
  [/^(\S+) is an alias of (\S+), which is not in this zone$/, '$1 é apelido de $2, que não existe nesta zona'],
]

/** The sentence in Portuguese; undefined when the table does not have it. */
export function inPortuguese(sentence: string): string | undefined {
  const found = SENTENCES.find(([english]) => english.test(sentence))
  return found && sentence.replace(...found)
}
