import t from 'tap'
import { show } from '../testing/ask.ts'
import { parseName } from '../wire/name-text.ts'
import { type Include, parseMasterFile } from './master-file.ts'
import { inPortuguese } from './portuguese.ts'

const none: Include = path => {
  throw new Error(`no ${path}`)
}

/** Every error in these tests must have a Portuguese translation. */
const known = (message: string) => {
  if (inPortuguese(message) === undefined) throw new Error(`not in portuguese.ts: ${message}`)
  return message
}

function read(text: string, include: Include = none) {
  const { records, errors, warnings } = parseMasterFile(text, 'db.test', parseName('test.'), include)
  return {
    records: show(records),
    errors: errors.map(({ place, message }) => `${place.file}:${place.line}:${place.column}: ${known(message)}`),
    warnings: warnings.map(({ place, message }) => `${place.file}:${place.line}:${place.column}: ${known(message)}`),
  }
}

t.test('parseMasterFile() reads the example of RFC 1035 §5.3', async t => {
  const text = [
    '@   IN  SOA     VENERA      Action\\.domains (',
    '                                 20     ; SERIAL',
    '                                 7200   ; REFRESH',
    '                                 600    ; RETRY',
    '                                 3600000; EXPIRE',
    '                                 60)    ; MINIMUM',
    '',
    '        NS      A.ISI.EDU.',
    '        MX      10      VENERA',
    'A       A       26.3.0.103',
    '$INCLUDE <SUBSYS>ISI-MAILBOXES.TXT',
    'B       A       26.3.0.104',
  ].join('\n')
  const included = 'MOE     MX      5 A.ISI.EDU.\n'
  const isi = parseMasterFile(text, 'f', parseName('ISI.EDU.'), path => {
    t.equal(path, '<SUBSYS>ISI-MAILBOXES.TXT')
    return included
  })
  t.strictSame(isi.errors, [])
  t.strictSame(show(isi.records), [
    'ISI.EDU. 60 SOA VENERA.ISI.EDU. Action\\.domains.ISI.EDU. 20 7200 600 3600000 60',
    'ISI.EDU. 60 NS A.ISI.EDU.',
    'ISI.EDU. 60 MX 10 VENERA.ISI.EDU.',
    'A.ISI.EDU. 60 A 26.3.0.103',
    'MOE.ISI.EDU. 60 MX 5 A.ISI.EDU.',
    'B.ISI.EDU. 60 A 26.3.0.104',
  ])
})

t.test('TTL and class may be in either order, or be omitted (RFC 1035 §5.1, RFC 2308 §4)', async t => {
  const text = '$TTL 1h\na 5 IN A 192.0.2.1\nb IN 1m30s A 192.0.2.2\nc A 192.0.2.3\n  7 TXT x\n$TTL 9\nd A 192.0.2.4\n'
  t.strictSame(read(text).records, [
    'a.test. 5 A 192.0.2.1',
    'b.test. 90 A 192.0.2.2',
    'c.test. 3600 A 192.0.2.3',
    'c.test. 7 TXT "x"',
    'd.test. 9 A 192.0.2.4',
  ])
  t.strictSame(read('a 5 A 192.0.2.1\nb A 192.0.2.2\n').records[1], 'b.test. 5 A 192.0.2.2', 'the last stated TTL')
  t.strictSame(read('in 5 A 192.0.2.1\n').records, ['in.test. 5 A 192.0.2.1'], 'an owner may look like a class')
  t.strictSame(read('60 60 a 192.0.2.1\n').records, ['60.test. 60 A 192.0.2.1'], 'or like a TTL')
})

t.test('$ORIGIN changes the origin of relative names; $INCLUDE does not', async t => {
  const text = '$TTL 9\n$ORIGIN sub\na A 192.0.2.1\n$INCLUDE f other.\nb CNAME c\n$ORIGIN .\nd A 192.0.2.4\n'
  const include = () => '$ORIGIN deep\nx A 192.0.2.9\n'
  t.strictSame(read(text, include).records, [
    'a.sub.test. 9 A 192.0.2.1',
    'x.deep.other. 9 A 192.0.2.9',
    'b.sub.test. 9 CNAME c.sub.test.',
    'd. 9 A 192.0.2.4',
  ])
})

t.test('comments, quotes and parentheses', async t => {
  const text = '$TTL 9;x\na TXT "a;b(c" d ; e\nb ( TXT ; (\n "x"\n\n"y" )\r\nc TXT "\\"" \\;\\032\n'
  t.strictSame(read(text).records, ['a.test. 9 TXT "a;b(c" "d"', 'b.test. 9 TXT "x" "y"', 'c.test. 9 TXT "\\"" "; "'])
})

t.test('each error names file, line and column, and does not hide the next', async t => {
  const errors: [text: string, error: string][] = [
    ['www A 192.0.2.256\n', '3:7: address: "192.0.2.256" is not an IPv4 address; write four numbers from 0 to 255'],
    ['www A 192.0.2.1 192.0.2.2\n', '3:17: "192.0.2.2" is too much in this entry'],
    ['www A\n', '3:5: rdata is missing'],
    ['www MX mail\n', '3:8: preference: "mail" is not a whole number from 0 to 65535'],
    ['www MX 10\n', '3:8: exchange is missing'],
    ['www ADDRESS 192.0.2.1\n', '3:5: "ADDRESS" is not a type: A, AAAA, NS, CNAME, MX, TXT … or TYPE65280'],
    ['www AXFR x\n', '3:5: AXFR is a type for queries only; a zone cannot hold it'],
    ['a..b A 192.0.2.1\n', '3:1: the name "a..b" has an empty label (two dots in a row, or a dot at the beginning)'],
    ['www CH TXT x\n', '3:8: only class IN is supported'],
    ['$GENERATED 1-9\n', '3:1: $GENERATED is unknown; there are $ORIGIN, $TTL, $INCLUDE and $GENERATE'],
    ['$GENERATE 9-1 a A 192.0.2.$\n', '3:1: $GENERATE: "9-1" is not a range; write it as in 1-20 or 0-100/10'],
    ['$GENERATE 1-999999 a A 192.0.2.$\n', '3:1: $GENERATE makes 999999 records; the limit is 65536'],
    [
      '$GENERATE 254-257 a$ A 192.0.2.$\n',
      '3:24: address: "192.0.2.256" is not an IPv4 address; write four numbers from 0 to 255',
    ],
    ['$TTL soon\n', '3:6: TTL: "soon" is not a time; write seconds, or units as in 1h30m'],
    ['www 99999999999 A 192.0.2.1\n', '3:5: TTL: 99999999999 is more than 4294967295 seconds'],
    ['www 4294967295 A 192.0.2.1\n', '3:5: a TTL is at most 2147483647 seconds (RFC 2181 §8), not 4294967295'],
    ['www TXT "open\n', '3:9: this quote is not closed on its line'],
    ['www TXT ( a\n', '3:9: this parenthesis is not closed'],
    ['www TXT a )\n', '3:11: this closing parenthesis was never opened'],
    ['www TXT a\\\n', '3:10: a backslash at the end of a line escapes nothing'],
    [
      `www TXT ${'a'.repeat(256)}\n`,
      '3:9: strings: a string of 256 octets; the limit is 255, but several strings may follow each other',
    ],
    ['www TYPE65280 \\# 2 ab\n', '3:20: \\# announces 2 octets, but 1 follow'],
    ['www A \\# 3 c00002\n', '3:12: the message ends at octet 3, but 4 more were expected at 0'],
    ['$INCLUDE nowhere\n', '3:10: $INCLUDE nowhere: no nowhere'],
  ]
  for (const [text, error] of errors)
    t.strictSame(read(`$TTL 9\na A 192.0.2.1\n${text}`).errors, [`db.test:${error}`], text)
  t.strictSame(read('  A 192.0.2.1\n').errors, [
    'db.test:1:3: the first record has no owner: the line begins with white space',
  ])
  t.strictSame(read('a A 192.0.2.1\n').errors, [
    'db.test:1:5: the TTL is missing: begin the file with $TTL 3600, for example',
  ])
  const two = read('$TTL 9\na A x\nb A 192.0.2.2\nc A y\n')
  t.equal(two.errors.length, 2)
  t.strictSame(two.records, ['b.test. 9 A 192.0.2.2'])
})

t.test('a loop of $INCLUDE is an error, and does not end the program', async t => {
  const { errors } = read('$INCLUDE self\n', () => '$INCLUDE self\n')
  t.equal(errors.length, 1)
  t.match(errors[0], /nested more than 8 deep/)
})

/**
 * The attack: eight small files, each of which includes the next one a thousand times. There is no loop and no error, but reading
 * never ends, and the server reads zones between queries.
 */
t.test('$INCLUDE that grows exponentially is an error, and does not end the program', async t => {
  const include: Include = path => (path === 'f7' ? '' : `$INCLUDE f${Number(path.slice(1)) + 1}\n`.repeat(1000))
  const { errors } = read('$INCLUDE f1\n', include)
  t.match(errors[0], /\$INCLUDE occurs more than 1000 times/)
})

/**
 * The attack: RDLENGTH has 16 bits. A longer record can be parsed word by word, but not written: an answer, a transfer or the
 * compiler in the background would fail in the middle of its work.
 */
t.test('rdata that does not fit into a message is an error of the file (RFC 1035 §4.1.3)', async t => {
  const strings = `"${'a'.repeat(255)}" `
  t.strictSame(read(`$TTL 9\na TXT ${strings.repeat(250)}\n`).errors, [], '64000 octets')
  t.match(read(`$TTL 9\na TXT ${strings.repeat(251)}\n`).errors, [/has 64256 octets; the limit is 64000/])
  t.match(read(`$TTL 9\na TXT ${strings.repeat(300)}\n`).errors, [/has 76800 octets/])
  t.match(read(`$TTL 9\na TYPE65280 \\# 65535 ${'ab'.repeat(65535)}\n`).errors, [/has 65535 octets/])
  t.match(read(`$TTL 9\na CAA 0 issue "${'a'.repeat(70_000)}"\n`).errors, [/has 70007 octets/])
  t.match(read(`$TTL 9\na SVCB 1 . key65333="${'a'.repeat(70_000)}"\n`).errors, [/key65333: a value of 70000 octets/])
})

t.test('a TXT record may hold any octet', async t => {
  const all = Array.from({ length: 256 }, (_, octet) => `\\${String(octet).padStart(3, '0')}`)
  const { records } = parseMasterFile(
    `a 9 TXT ${all.slice(0, 128).join('')} ${all.slice(128).join('')}\n`,
    'f',
    [],
    none,
  )
  const { strings } = records[0]?.data ?? {}
  const [low = '', high = ''] = strings as string[]
  t.strictSame(
    [...(low + high)].map(character => character.charCodeAt(0)),
    Array.from({ length: 256 }, (_, octet) => octet),
  )
})

t.test('a word of ten million characters is an ordinary error', async t => {
  const long = 'a'.repeat(10_000_000)
  t.match(read(`$TTL 9\n${long} A 192.0.2.1\n`).errors, [
    /^db\.test:2:1: a label of "a+\.\.\." has 10000000 octets; the limit is 63/,
  ])
  t.match(read(`$TTL 9\na TXT "${long}"\n`).errors, [/^db\.test:2:7: strings: a string of 10000000 octets/])
  t.match(read(`$TTL 9\na TXT "${long}\n`).errors, [/^db\.test:2:7: this quote is not closed/])
})

t.test('$GENERATE makes one record for each number, as in BIND', async t => {
  const names = (line: string) => read(`$TTL 9\n${line}\n`).records
  t.strictSame(names('$GENERATE 1-3 pc$ A 192.0.2.$'), [
    'pc1.test. 9 A 192.0.2.1',
    'pc2.test. 9 A 192.0.2.2',
    'pc3.test. 9 A 192.0.2.3',
  ])
  t.strictSame(names(`$GENERATE 8-18/10 h\${0,3} 60 IN CNAME x\${-8,0,x}`), [
    'h008.test. 60 CNAME x0.test.',
    'h018.test. 60 CNAME xa.test.',
  ])
  t.strictSame(names('$GENERATE 1-1 a TXT "\\$5 for $"'), ['a.test. 9 TXT "$5 for 1"'])
})

t.test('text: white space is ASCII only; a no-break space in a word has an error of its own', async t => {
  const octets = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
  t.strictSame(read(octets('$TTL 9\na TXT voilà Рим\n')).records, [
    'a.test. 9 TXT "voil\\195\\160" "\\208\\160\\208\\184\\208\\188"',
  ])
  t.match(read(octets('$TTL 9\nwww\u00a0A 192.0.2.7\nb A 1.2.3\n')).errors, [
    'db.test:2:1: this word contains a no-break space: replace it by a space',
    /^db\.test:3:5: address/,
  ])
})

t.test('an error of the scanner does not hide the next errors', async t => {
  const { errors, records } = read(
    '$TTL 9\nw1 TXT "open\nw2 A 1.2.3\nw3 A 192.0.2.3 )\nw4 AAAA zz\nw5 A ( 192.0.2.5\nw6 A x\nw7 A 192.0.2.7\n',
  )
  t.match(errors, [
    /^db\.test:2:8: this quote/,
    /^db\.test:3:6:/,
    /^db\.test:4:16: this closing/,
    /^db\.test:5:9:/,
    /^db\.test:6:6: this parenthesis/,
    /^db\.test:7:6:/,
  ])
  t.equal(errors.length, 6)
  t.strictSame(records, ['w7.test. 9 A 192.0.2.7'])
  t.equal(read('(\n'.repeat(10_000)).errors.length, 20, 'reading ends after twenty errors')
})

t.test('UTF-16 is one error with a clear message; a missing last line end is a warning', async t => {
  const utf16 = `$TTL 9\na A 192.0.2.1\n${Buffer.from('b A 192.0.2.2\r\n', 'utf16le').toString('latin1')}`
  t.match(read(utf16).errors, [/^db\.test:3:2: NUL octets: this text is UTF-16, as PowerShell/])
  t.strictSame(read('$TTL 9\na A 192.0.2.1').warnings, [
    'db.test:2:14: the last line has no line end: a line added with >> would continue it',
  ])
  t.strictSame(read('$TTL 9\na A 192.0.2.1\n').warnings, [])
})

t.test('without $TTL, an SOA without a TTL gives its MINIMUM to the records after it, as in BIND', async t => {
  t.strictSame(read('@ SOA a b 1 2 3 5 777\nns 60 A 192.0.2.1\nwww A 192.0.2.2\n').records.slice(1), [
    'ns.test. 60 A 192.0.2.1',
    'www.test. 777 A 192.0.2.2',
  ])
  t.strictSame(
    read('@ 5 SOA a b 1 2 3 5 777\nns 60 A 192.0.2.1\nwww A 192.0.2.2\n').records.at(-1),
    'www.test. 60 A 192.0.2.2',
  )
})

t.test('a registered type without a text form is not called unknown', async t => {
  t.match(read('$TTL 9\na WKS 192.0.2.1 TCP ftp\n').errors, [
    'db.test:2:7: WKS has no text form here: write TYPE11 \\# LENGTH HEX (RFC 3597 §5)',
  ])
  t.strictSame(read('$TTL 9\na WKS \\# 5 c000020106\n').records, ['a.test. 9 WKS \\# 5 c000020106'])
  t.match(read('$TTL 9\na SSHFB 1 1 ab\n').errors, [/"SSHFB" is not a type/])
})
