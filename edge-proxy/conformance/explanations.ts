/**
 * Why other proxies treat a request differently than required here, by name of the case. A test checks that none is missing.
 *
 * Read beside: docs/edge-conformance.md (which shows them), corpus/
 * Pure: texts. Longer than 250 lines because it is a table, an entry for each difference.
 */

const LENIENT_LF =
  'RFC 9112 §2.2 allows a recipient to accept a bare LF as a line end. If two programs in a chain differ in this, an attacker can use the difference, so it is refused here.'
const LENIENT_HOST =
  'The others check Host only partly, or not at all. RFC 9112 §3.2 requires 400 for an invalid value; caches and applications build URLs from Host.'
const NOT_NOMINATED =
  'nginx, HAProxy and http-proxy remove a fixed list of fields. RFC 9110 §7.6.1: a proxy MUST parse Connection and remove the fields that it names.'
const CODING_STATUS = 'Refused with another status: nginx answers 501 to every unknown coding.'
const TRAILERS_DROPPED =
  'A trailer section may be discarded (RFC 9112 §7.1.2); the others discard it, mostly unchecked. Here it is forwarded, so it must be valid, and must not contain fields for framing, routing or identity (RFC 9110 §6.5.1).'
const EXTENSION = 'The others skip chunk extensions unchecked. Here they must match the grammar.'
const TARGET_OCTETS =
  'RFC 3986 does not allow these octets in a URI without percent-encoding, and programs behind a proxy interpret them differently.'
const TWINS =
  'CGI-like servers read `_` as `-`, so such a field could replace one that only the edge may write. nginx drops every field with an underscore (underscores_in_headers off).'
const ABSOLUTE_FORM =
  'RFC 9112 §3.2.2: a proxy MUST ignore Host and use the authority of the target. If the old Host is forwarded, a client can request one site and pass the checks of another.'
const OTHER_SCHEMES = 'This edge has no backend for that scheme; the others drop the scheme and serve the path.'
const OWN_LIMIT = 'Each program has its own limits. Those here are part of the contract (edge-proxy/http1/limits.ts).'
const MAX_FORWARDS = 'RFC 9110 §7.6.2: a proxy MUST check and update it for OPTIONS. The others forward it unchanged.'

const BY_REASON: readonly (readonly [why: string, ...names: string[]])[] = [
  // Request line
  [
    'Methods are case-sensitive, and an unknown one is 501 (RFC 9110 §9.1, §15.6.2). nginx and Node answer 400; HAProxy forwards any token.',
    'a method in lower case is another method, and not known',
  ],
  [
    'RFC 9112 §3 allows a recipient to split at white space, and warns that such differences can be security vulnerabilities. Refused here.',
    'two spaces before the target',
    'two spaces before the version',
    'a tab instead of a space',
    'a space after the version',
  ],
  ['nginx accepts HTTP/0.9; Node reads it as HTTP/1.1 without fields.', 'no version (HTTP/0.9)'],
  ['RFC 9112 §2.3: one digit, a dot, one digit. nginx accepts more digits.', 'the version HTTP/1.10'],
  [
    'RFC 9110 §2.5: a later minor version is read as the highest one known. Node refuses it.',
    'the version HTTP/1.2 is read as 1.1',
  ],
  ['HAProxy and Node accept every version of this form.', 'the version HTTP/2.0'],
  [
    'HAProxy supports HTTP/2 on the same port, and answers in HTTP/2. nginx and Node refuse it as an invalid request.',
    'the preface of HTTP/2',
  ],
  [
    LENIENT_LF,
    'lines that end with LF alone',
    'a request line that ends with LF alone',
    'a field line that ends with LF alone',
    'an empty line that ends with LF alone',
    'LF in a field value',
  ],
  [
    TARGET_OCTETS,
    'DEL within the target',
    'raw UTF-8 in the target',
    'a double quote in the target',
    'angle brackets in the target',
  ],
  ['A fragment is not sent to a server (RFC 9112 §3.2.1); nginx and Node forward it.', 'a fragment in the target'],
  [
    'http-proxy joins paths, which changes them (RFC 9110 §7.7: a proxy MUST NOT).',
    'path and query are forwarded unchanged',
  ],
  // Target and Host
  [ABSOLUTE_FORM, 'absolute-form: the authority replaces Host'],
  [
    'HAProxy forwards an absolute-form target unchanged unless it is configured to normalise it; backends must accept it (RFC 9112 §3.2.2).',
    'absolute-form: the scheme in upper case',
  ],
  [
    'nginx refuses OPTIONS for the whole server; http-proxy and HAProxy forward another target (RFC 9112 §3.2.4).',
    'absolute-form: OPTIONS for the whole server',
    'asterisk-form with OPTIONS',
  ],
  [OTHER_SCHEMES, 'absolute-form: another scheme', 'absolute-form: https on a connection without TLS'],
  [
    'RFC 9110 §4.2.1 and §4.2.4: an empty host is invalid, and userinfo is to be treated as an error.',
    'absolute-form: userinfo',
    'absolute-form: an empty host',
  ],
  [
    'RFC 9112 §3.2 requires Host in every HTTP/1.1 request, for every form of target.',
    'absolute-form: without Host',
    'absolute-form: with an invalid Host',
    'no Host',
  ],
  [
    'Asterisk-form is allowed only with OPTIONS, authority-form only with CONNECT (RFC 9112 §3.2.3, §3.2.4).',
    'asterisk-form with GET',
    'authority-form with GET',
  ],
  [
    'This proxy offers no tunnels, and TRACE would echo HttpOnly cookies: 405 with Allow. nginx answers 400, HAProxy forwards both, Node closes after CONNECT without a response.',
    'CONNECT',
    'TRACE',
  ],
  [
    'An HTTP/1.1 backend would refuse a request without Host, so this edge adds its own address. The others add the backend’s address, or forward the request without Host.',
    'no Host in HTTP/1.0',
  ],
  [
    'RFC 9112 §3.2 requires 400 for more than one Host. HAProxy accepts equal ones, Node uses the first.',
    'two Host fields that differ',
    'two Host fields that are equal',
    'two Host fields in HTTP/1.0',
  ],
  [
    'White space around a value is not part of it (RFC 9112 §5.1). nginx accepts spaces but not tabs.',
    'white space around the value of Host',
  ],
  [
    LENIENT_HOST,
    'Host without a value',
    'Host with a space',
    'Host with a list',
    'Host with a path',
    'Host with userinfo',
    'Host with a scheme',
    'Host with a port that is not a number',
    'Host with a signed port',
    'Host with a broken percent-encoding',
    'Host with an IPv6 address without its closing bracket',
    'Host with an IPv6 address without brackets',
    'Host with raw UTF-8',
    'Host with a query',
    'Host with a backslash',
  ],
  [
    MAX_FORWARDS,
    'OPTIONS with Max-Forwards: 5 is forwarded with 4',
    'OPTIONS with Max-Forwards: 0 is answered by the proxy',
  ],
  [
    'The page at / is a file of this edge, which can only be read: 405 with Allow (RFC 9110 §15.5.6). The others forward the request.',
    'absolute-form: an empty path is /',
    'absolute-form: a query without a path',
  ],
  // Fields
  [
    'nginx ignores an invalid field line (ignore_invalid_headers) and serves the rest. A line that one program ignores may be used by the next one, so the request is refused here.',
    'a field line without a colon',
    'a field name with a parenthesis',
    'a field name with an octet over 127',
  ],
  [
    'RFC 9112 §5.2: a server MUST refuse a folded line or unfold it. HAProxy unfolds it.',
    'a folded line (obs-fold)',
    'a folded line with a tab',
  ],
  [
    'RFC 9110 §5.5: CR, LF and NUL MUST be refused or replaced; other control characters may be accepted. All are refused here.',
    'NUL in a field value',
    'CR at the end of a field value',
    'another control character in a field value',
    'DEL in a field value',
  ],
  ['nginx accepts only letters, digits and hyphens in field names.', 'every character of a token in a field name'],
  [
    'Node joins fields of the same name, which is allowed (RFC 9110 §5.3).',
    'fields of the same name are not joined, and keep their order',
  ],
  [
    NOT_NOMINATED,
    'a field nominated by Connection',
    'fields nominated in a list, in any case',
    'fields nominated in two Connection fields',
    'Keep-Alive, Proxy-Connection and TE',
    'an upgrade to anything but websocket',
    'HTTP2-Settings',
  ],
  [
    TWINS,
    'an underscore twin of Content-Length',
    'an underscore twin of Transfer-Encoding',
    'an underscore twin of X-Forwarded-For',
    'an underscore twin of Host',
    'an underscore in another name',
  ],
  [
    'Fields that backends trust are written only by the edge. The others are configured to write X-Forwarded-For; they forward X-Real-IP unchanged.',
    'X-Forwarded-* and Forwarded from the client are replaced',
  ],
  [
    'HAProxy forwards with the client’s version of HTTP, the others with their own.',
    'Via contains the version of the request',
    'HTTP/1.0',
  ],
  [
    'Via is meant for the detection of loops (RFC 9110 §7.6.3); the others do not check it.',
    'a loop is detected by Via',
  ],
  [
    'nginx answers 100 itself and removes Expect, because it may read the body before it connects to a backend.',
    'Expect: 100-continue is forwarded',
  ],
  [
    'RFC 9110 §10.1.1: in HTTP/1.0 it MUST be ignored; HAProxy and Node forward it.',
    'Expect: 100-continue in HTTP/1.0 is ignored',
  ],
  [
    'RFC 9110 §10.1.1 allows 417 for an unknown expectation. nginx and HAProxy forward it; Node answers 417 and keeps the connection open.',
    'an unknown expectation',
  ],
  [
    'Without chunks there is no trailer section to announce. nginx and HAProxy forward the field. **The process of http-proxy ends**: Node throws on a Trailer without chunks, and the exception is not caught.',
    'Trailer without a body that could have trailers',
  ],
  // Content-Length and Transfer-Encoding
  [
    '**http-proxy smuggles**: it removes Transfer-Encoding and sends the body unframed after the head, so the backend reads the body as the next request.',
    'DELETE with a body (Transfer-Encoding: chunked)',
    'OPTIONS with a body (Transfer-Encoding: chunked)',
  ],
  [
    'RFC 9112 §6.3 rule 5 allows equal values to be read as one. They come from a faulty program in the chain: refused here.',
    'Content-Length: a list of equal numbers',
    'two Content-Length fields that are equal',
  ],
  [
    'Numbers from 2^53 on are not exact in JavaScript, so such a length is refused here. The others wait for the body.',
    'Content-Length: 2^53',
  ],
  [
    'RFC 9112 §6.3 rule 3 allows a server to use Transfer-Encoding alone and to close afterwards, as HAProxy does. Refused here.',
    'Content-Length and Transfer-Encoding',
    'Transfer-Encoding and Content-Length',
  ],
  [
    'RFC 9112 §6.1: with HTTP/1.0 the framing must be treated as faulty. HAProxy and Node accept it and close afterwards.',
    'Transfer-Encoding in HTTP/1.0',
  ],
  [
    'An empty list element is ignored (RFC 9110 §5.6.1.2). nginx and HAProxy refuse it. **http-proxy smuggles** the body.',
    'Transfer-Encoding with an empty list element',
  ],
  [
    'RFC 9112 §6.1: 501 for an unknown coding. HAProxy answers 422. **http-proxy smuggles** the body.',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: gzip and chunked, in two fields',
  ],
  [
    CODING_STATUS,
    'Transfer-Encoding: chunked twice',
    'Transfer-Encoding: gzip',
    'Transfer-Encoding: chunked, gzip',
    'Transfer-Encoding: identity',
    'Transfer-Encoding: a word that ends with chunked',
    'Transfer-Encoding: a word that begins with chunked',
    'Transfer-Encoding: quoted',
    'Transfer-Encoding: with a parameter',
    'Transfer-Encoding: empty',
    'Transfer-Encoding: with a vertical tab',
    'Transfer-Encoding: with a no-break space',
  ],
  [
    'HAProxy unfolds the line, which RFC 9112 §5.2 allows, and reads chunks.',
    'Transfer-Encoding: folded onto the next line',
  ],
  // Chunks
  [
    'White space around a chunk extension MUST be accepted and removed (RFC 9110 §5.6.3); Node refuses it.',
    'white space around a chunk extension',
  ],
  ['The grammar has no white space after a chunk size; nginx and HAProxy skip it.', 'white space after a chunk size'],
  ['Numbers from 2^53 on are not exact in JavaScript; Node waits for the chunk.', 'a chunk size of 2^60'],
  [
    `${LENIENT_LF} In chunks this was the cause of CVE-2025-22871.`,
    'a chunk shorter than its size',
    'chunk data that ends with LF alone',
    'a chunk size that ends with LF alone',
    'a last chunk that ends with LF alone',
    'a final empty line that ends with LF alone',
    'a chunk extension that ends with LF alone',
  ],
  [
    EXTENSION,
    'NUL within a chunk extension',
    'a chunk extension without a name',
    'a chunk extension with an open quote',
    'a chunk-size line of 257 octets',
    'a chunk-size line that does not end',
    'chunk extensions of 32 KiB together',
  ],
  [
    TRAILERS_DROPPED,
    'trailers are forwarded as trailers',
    'a trailer that would change the framing',
    'a trailer that would change the host',
    'a trailer that would change the client address',
    'a trailer with a space before its colon',
    'a trailer without a colon',
    'a folded trailer',
    'a trailer with NUL',
    'a trailer that ends with LF alone',
    'trailers of more than 16 KiB',
    '101 trailers',
  ],
  // Connections
  [
    'RFC 9112 §9.3: a proxy MUST NOT keep a connection with an HTTP/1.0 client open. The others do so on request.',
    'HTTP/1.0 with Connection: keep-alive',
  ],
  [
    'Node parses both requests first, and answers 400 before the response to the first one.',
    'an invalid request after a valid one',
  ],
  ['Node also processes requests that arrive after Connection: close.', 'a request after Connection: close is ignored'],
  [
    'Each configuration has its own rule for /healthz. This edge does not read the body, so it closes the connection.',
    '/healthz with a body is answered, and the connection closed',
    'POST /healthz goes to a backend',
  ],
  // Limits
  [
    OWN_LIMIT,
    'a request line of 8 KiB',
    'a request line of 8 KiB and one octet',
    'a request line that does not end',
    'a field line of 8 KiB',
    'a field line of 8 KiB and one octet',
    'fields of 16 KiB together',
    'fields of 16 KiB and one octet',
    'fields that do not end',
    '101 fields',
  ],
]

export const EXPLANATIONS: Readonly<Record<string, string>> = Object.fromEntries(
  BY_REASON.flatMap(([why, ...names]) => names.map(name => [name, why])),
)
