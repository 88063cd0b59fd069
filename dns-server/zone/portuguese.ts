/**
 * Zone file errors and warnings in Portuguese: most authors of zone files here are Brazilian students.
 *
 * The code makes English sentences; this table is the only place with the Portuguese ones. A test fails for a sentence without
 * a translation.
 *
 * Read beside: check.ts, advice.ts, master-file.ts, scanner.ts, rdata/ (which make the sentences)
 * Pure: a sentence in, a sentence out.
 */

const SENTENCES: readonly (readonly [english: RegExp, portuguese: string])[] = [
  // The scanner and the entries.
  [/^this quote is not closed on its line$/, 'estas aspas não são fechadas na mesma linha'],
  [/^this closing parenthesis was never opened$/, 'este parêntese fecha, mas nenhum foi aberto'],
  [/^this parenthesis is not closed$/, 'este parêntese não é fechado'],
  [/^a backslash at the end of a line escapes nothing$/, 'uma barra invertida no fim da linha não tem efeito'],
  [
    /^this word contains a no-break space: .*$/,
    'esta palavra contém um espaço não separável (no-break space): troque por um espaço comum',
  ],
  [
    /^NUL octets: this text is UTF-16, .*$/,
    'bytes NUL: este texto está em UTF-16, como o PowerShell escreve com >>. Salve o arquivo em UTF-8, ou acrescente linhas com Add-Content -Encoding utf8',
  ],
  [
    /^the last line has no line end: .*$/,
    'falta a quebra de linha no fim do arquivo: uma linha acrescentada com >> ficaria grudada na última',
  ],
  [/^(.*) is too much in this entry$/, '$1 está sobrando nesta linha'],
  [/^(\$\S+) is unknown; there are (.*) and (.*)$/, '$1 não existe; existem $2 e $3'],
  [
    /^\$INCLUDE is nested more than (\d+) deep: a loop\?$/,
    'mais de $1 níveis de $INCLUDE dentro de $INCLUDE: um ciclo?',
  ],
  [/^\$INCLUDE occurs more than (\d+) times$/, '$INCLUDE aparece mais de $1 vezes'],
  [/^\$INCLUDE (\S+): only files in the folder.*$/, '$INCLUDE $1: só é possível incluir arquivos da pasta da zona'],
  [/^\$INCLUDE (\S+): (.*)$/s, '$INCLUDE $1: não foi possível ler o arquivo ($2)'],
  [/^the first record has no owner: .*$/, 'o primeiro registro não tem nome: a linha começa com espaço'],
  [/^only class IN is supported$/, 'só a classe IN é aceita'],
  [/^(.*) is not a type: (.*)$/, '$1 não é um tipo de registro: $2'],
  [/^(MD|MF) is obsolete; use MX (.*)$/, '$1 está obsoleto; use MX $2'],
  [/^(\S+): write this value in quotes$/, '$1: escreva este valor entre aspas'],
  [/^a digest of this type has (\d+) octets, not (\d+)$/, 'um hash deste tipo tem $1 bytes, não $2'],
  [/^(\S+) has no text form here: write (.*)$/, '$1 não tem forma de texto aqui: escreva $2'],
  [/^\$GENERATE: (.*) is not a range; .*$/, '$GENERATE: $1 não é um intervalo; escreva como em 1-20 ou 0-100/10'],
  [/^\$GENERATE makes (\d+) records; the limit is (\d+)$/, '$GENERATE cria $1 registros; o limite é $2'],
  [/^\$GENERATE: (.*) is not a modifier; .*$/, `$GENERATE: $1 não é um modificador; escreva como em \${0,3,d}`],
  [/^(\S+) is a type for queries only; .*$/, '$1 só serve em consultas; uma zona não pode ter esse tipo'],
  [/^the TTL is missing: .*$/, 'falta o TTL: comece o arquivo com $$TTL 3600, por exemplo'],
  [/^(\S+) is missing$/, 'falta o campo $1'],
  [/^a TTL is at most (\d+) seconds \((.*)\), not (\d+)$/, 'um TTL tem no máximo $1 segundos ($2), não $3'],
  // Names.
  [/^the name (.*) has (\d+) octets; the limit is (\d+)$/, 'o nome $1 tem $2 bytes; o limite é $3'],
  [/^(.*) ends in a backslash$/, '$1 termina com uma barra invertida'],
  [/^(\\\S*) in (.*) is not an octet: .*$/, '$1 em $2 não é um byte: escreva três dígitos, de \\000 a \\255'],
  [
    /^the name (.*) has an empty label .*$/,
    'o nome $1 tem um rótulo vazio (dois pontos seguidos, ou um ponto no começo)',
  ],
  [/^a label of (.*) has (\d+) octets; the limit is (\d+)$/, 'um rótulo de $1 tem $2 bytes; o limite é $3'],
  // Rdata.
  [/^(\S+): (.*) is not an IPv4 address; .*$/, '$1: $2 não é um endereço IPv4; escreva quatro números de 0 a 255'],
  [/^(\S+): (.*) is not an IPv6 address; write it as in (.*)$/, '$1: $2 não é um endereço IPv6; escreva como em $3'],
  [/^(\S+): (.*) is not a time; .*$/, '$1: $2 não é um tempo; escreva segundos, ou unidades como em 1h30m'],
  [/^(\S+): (.*) is more than (\d+) seconds$/, '$1: $2 é mais que $3 segundos'],
  [/^(\S+): (.*) is not a whole number from (\d+) to (\d+)$/, '$1: $2 não é um número inteiro de $3 a $4'],
  [
    /^(\S+): a string of (\d+) octets; the limit is (\d+), .*$/,
    '$1: um texto de $2 bytes; o limite é $3, mas pode haver vários textos em seguida',
  ],
  [/^(\S+): (.*) is not a CAA tag; .*$/, '$1: $2 não é uma etiqueta de CAA; use letras e dígitos, como em issue'],
  [/^\\#: (.*) is not a length$/, '\\#: $1 não é um comprimento'],
  [/^(\S+): (.*) is not (?:pairs|\d+ groups) of hexadecimal digits$/, '$1: $2 não está em dígitos hexadecimais'],
  [/^(\S+): (.*) is not base64$/, '$1: $2 não está em base64'],
  [/^(\S+): (.*) is not base32 .*$/, '$1: $2 não está em base32'],
  [/^(\S+): (.*) is not a type$/, '$1: $2 não é um tipo de registro'],
  [/^(\S+): (.*) is not a time; write it as in (\d+)$/, '$1: $2 não é uma data e hora; escreva como em $3'],
  [/^(latitude|longitude|altitude|size): it must be (.*)$/, '$1: valor fora do intervalo ($2)'],
  [
    /^(\S+): (.*) is not a part of an angle; write it as in (.*)$/,
    '$1: $2 não é parte de um ângulo; escreva como em $3',
  ],
  [/^(\S+): (.*) is not a length in metres$/, '$1: $2 não é um comprimento em metros'],
  [/^\\#: write pairs of hexadecimal digits$/, '\\#: escreva pares de dígitos hexadecimais'],
  [/^\\# announces (\d+) octets, but (.*) follow$/, '\\# anuncia $1 bytes, mas vêm $2'],
  [
    /^(?:more octets after|the value of|a CAA tag|SvcParamKeys|the message ends|the rdata (?:of type|ends)|the type bitmap|the version of a LOC|a size of a LOC|a LOC record|a length goes|label type|a name is longer|the pointer|too many pointers|\S+ goes beyond).*$/,
    'os bytes depois de \\# não têm o formato deste tipo',
  ],
  [
    /^the data of one record has (\d+) octets; the limit is (\d+)$/,
    'os dados de um registro têm $1 bytes; o limite é $2',
  ],
  [/^(\S+): a value of (\d+) octets; the limit is (\d+)$/, '$1: um valor de $2 bytes; o limite é $3'],
  [/^the parameter (\S+) occurs twice$/, 'o parâmetro $1 aparece duas vezes'],
  [/^(.*) is not a service parameter; write it as in (.*)$/, '$1 não é um parâmetro de serviço; escreva como em $2'],
  [/^no-default-alpn needs alpn beside it$/, 'no-default-alpn só pode aparecer junto com alpn'],
  [/^dohpath: .*$/, 'dohpath: escreva um caminho com a variável dns, como em /dns-query{?dns}'],
  [/^(\S+) needs a value$/, '$1 precisa de um valor'],
  [/^(\S+) must have no value$/, '$1 não pode ter valor'],
  [/^mandatory: (.*) is not a key$/, 'mandatory: $1 não é um parâmetro'],
  [/^port: (.*) is not a port$/, 'port: $1 não é uma porta'],
  [/^alpn: an identifier must have (\d+) to (\d+) octets$/, 'alpn: um identificador tem de $1 a $2 bytes'],
  [/^ech: the value must be base64$/, 'ech: o valor precisa estar em base64'],
  [/^mandatory: each key may be listed once, .*$/, 'mandatory: cada parâmetro só uma vez, e nunca o próprio mandatory'],
  [/^mandatory lists (\S+), which is missing$/, 'mandatory cita $1, que não está no registro'],
  // The zone as a whole.
  [/^(\S+) is not a host name: .* \((.*)\)$/, '$1 não é um nome de máquina: use letras, dígitos e hífens ($2)'],
  [
    /^(\S+) has letters that browsers encode before they ask: write (\S+) (.*)$/,
    '$1 tem letras que os navegadores codificam antes de consultar: escreva $2 $3',
  ],
  [/^(\S+) is of class (\S+); only class IN is supported$/, '$1 é da classe $2; só a classe IN é aceita'],
  [
    /^the expire time of the SOA, (\d+), is less than refresh (\d+) and retry (\d+) together (.*)$/,
    'o tempo expire do SOA, $1, é menor que a soma de refresh, $2, e retry, $3 $4',
  ],
  [
    /^the (\d+) records of (\S+) (\S+) do not fit into one message of (\d+) octets$/,
    'os $1 registros de $2 $3 não cabem em uma mensagem de $4 bytes',
  ],
  [/^(\S+) has a DNAME and an NS record (.*)$/, '$1 tem um DNAME e um registro NS $2'],
  [
    /^this is the zone (\S+), which no reverse query uses: name the file (\S+) (.*)$/,
    'esta é a zona $1, que nenhuma consulta reversa usa: o nome do arquivo deve ser $2 $3',
  ],
  [/^(\S+) is not in the zone (\S+): .*$/, '$1 não pertence à zona $2: registro ignorado (um ponto final a mais?)'],
  [/^duplicate record of (\S+) (\S+) ignored$/, 'registro repetido de $1 $2 ignorado'],
  [
    /^the TTLs of (\S+) (\S+) differ: (\d+) is used .*$/,
    'os TTLs de $1 $2 são diferentes: $3 vale para todos (RFC 2181 §5.2)',
  ],
  [/^the SOA record must be at the apex, (\S+)$/, 'o registro SOA precisa estar no topo da zona, $1'],
  [/^(\S+) has no (SOA|NS) record$/, '$1 não tem registro $2'],
  [/^(\S+) has (\d+) SOA records; .*$/, '$1 tem $2 registros SOA; precisa ter um só'],
  [/^(\S+) has a CNAME and other data (.*)$/, '$1 tem um CNAME e outros dados $2'],
  [/^(\S+) has more than one (CNAME|DNAME) (.*)$/, '$1 tem mais de um $2 $3'],
  [/^an NS record at a wildcard has no meaning (.*)$/, 'um registro NS em um curinga não tem significado $1'],
  [/^only one name server; (.*) requires two$/, 'só um servidor de nomes; o $1 exige dois'],
  [/^(\S+) (\S+) names (\S+), which is an alias (.*)$/, '$1 $2 aponta para $3, que é um apelido (CNAME) $4'],
  [
    /^(\S+) (\S+) names (\S+), which has no address in this zone$/,
    '$1 $2 aponta para $3, que não tem endereço nesta zona',
  ],
  [/^(\S+) (\S+) names (\S+): write a name, not an address$/, '$1 $2 aponta para $3: escreva um nome, não um endereço'],
  [/^(\S+) has the zone's name twice: .*$/, '$1 tem o nome da zona duas vezes: falta um ponto final?'],
  [
    /^the mailbox of the SOA is written with a dot, (\S+), not with @ (.*)$/,
    'o e-mail do SOA é escrito com ponto, $1, não com @ $2',
  ],
  [/^(\S+) is an alias of (\S+), which is not in this zone$/, '$1 é um apelido de $2, que não existe nesta zona'],
]

/** The sentence in Portuguese; undefined when the table does not have it. */
export function inPortuguese(sentence: string): string | undefined {
  const found = SENTENCES.find(([english]) => english.test(sentence))
  return found && sentence.replace(...found)
}
