/**
 * Why others answer a request differently than this edge must. By name of the case; a test holds that none is missing.
 *
 * Read beside: docs/edge-conformance.md (where it ends), corpus/
 * Pure: words. Longer than 250 lines because it is a table, an entry for each difference.
 */

const LENIENT_LF =
  'RFC 9112 §2.2 lets a recipient take a bare LF as a line end. Where two recipients differ in that, one can be played against the other, so it is refused here.'
const LENIENT_HOST =
  'The others check Host only roughly, or not at all. RFC 9112 §3.2 demands 400 for an invalid value, and caches and applications build URLs of it.'
const NOT_NOMINATED =
  'nginx, HAProxy and http-proxy remove a fixed list of fields; RFC 9110 §7.6.1 says that a proxy MUST parse Connection and remove what it names.'
const CODING_STATUS = 'The same refusal with another status: nginx answers 501 to any coding that it does not know.'
const TRAILERS_DROPPED =
  'A trailer section may be discarded (RFC 9112 §7.1.2), and the others do, mostly without a look at it. Here it goes on, so it has to be sound, and may not hold what frames, routes or identifies a request (RFC 9110 §6.5.1).'
const EXTENSION = 'Extensions are skipped without a look by the others. Here they have to be what the grammar says.'
const TARGET_OCTETS =
  'RFC 3986 does not allow these octets in a URI without percent-encoding. Programs behind a proxy differ in how they read them.'
const TWINS =
  'CGI-like servers read `_` as `-`, so a twin says there what may not be said here. nginx drops every field with an underscore (underscores_in_headers off).'
const ABSOLUTE_FORM =
  'RFC 9112 §3.2.2: a proxy MUST ignore Host and use the authority of the target. Who forwards the old Host lets a client ask for one site and be checked as another.'
const OTHER_SCHEMES = 'Nobody can be asked for that scheme here; the others drop it and serve the path.'
const OWN_LIMIT = 'Limits are each program’s own. Those here are in the contract (edge-proxy/http1/limits.ts).'
const MAX_FORWARDS =
  'RFC 9110 §7.6.2: a proxy MUST check and update it for OPTIONS. The others pass it on as any field.'

const BY_REASON: readonly (readonly [why: string, ...names: string[]])[] = [
  // Request line
  [
    'Methods are case-sensitive and may be any token (RFC 9110 §9.1); nginx and Node know theirs and refuse others.',
    'a method in lower case is another method',
  ],
  [
    'RFC 9112 §3 lets a recipient split at white space, and says that this can lead to differences that are security holes. Refused here.',
    'two spaces before the target',
    'two spaces before the version',
    'a tab instead of a space',
    'a space after the version',
  ],
  ['nginx and Node still speak HTTP/0.9, or take it for 1.1 without fields.', 'no version (HTTP/0.9)'],
  ['RFC 9112 §2.3: one digit, a dot, one digit. nginx reads on.', 'the version HTTP/1.10'],
  [
    'RFC 9110 §2.5: a later minor version is read as the highest one known. Node refuses it.',
    'the version HTTP/1.2 is read as 1.1',
  ],
  ['HAProxy and Node take any version that has the form.', 'the version HTTP/2.0'],
  [
    'HAProxy speaks HTTP/2 on the same port, so it answers in it. nginx and Node see a broken request.',
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
  ['A fragment stays with the client (RFC 9112 §3.2.1); nginx and Node pass it on.', 'a fragment in the target'],
  [
    'http-proxy joins paths, and so changes them (RFC 9110 §7.7: a proxy MUST NOT).',
    'path and query go on as they came',
  ],
  // Target and Host
  [ABSOLUTE_FORM, 'absolute-form: the authority takes the place of Host'],
  [
    'HAProxy passes an absolute-form target on as it came unless told to normalise it; backends must accept it (RFC 9112 §3.2.2).',
    'absolute-form: the scheme in upper case',
    'absolute-form: an empty path becomes /',
    'absolute-form: a query without a path',
  ],
  [
    'nginx refuses OPTIONS for the server as a whole; http-proxy and HAProxy forward something else (RFC 9112 §3.2.4).',
    'absolute-form: OPTIONS of the server as a whole',
    'asterisk-form with OPTIONS',
  ],
  [OTHER_SCHEMES, 'absolute-form: another scheme', 'absolute-form: https on a connection that is not'],
  [
    'RFC 9110 §4.2.1 and §4.2.4: an empty host is invalid, and userinfo is to be treated as an error.',
    'absolute-form: userinfo',
    'absolute-form: an empty host',
  ],
  [
    'RFC 9112 §3.2 demands Host in every HTTP/1.1 request, whatever the form of its target.',
    'absolute-form: no Host beside it',
    'absolute-form: an invalid Host beside it',
    'no Host',
  ],
  [
    'Asterisk-form is for OPTIONS alone, authority-form for CONNECT alone (RFC 9112 §3.2.3, §3.2.4).',
    'asterisk-form with GET',
    'authority-form with GET',
  ],
  [
    'Nobody needs a tunnel through this proxy, nor an echo of HttpOnly cookies: 405 with Allow. nginx says 400, HAProxy lets both pass, Node closes without a word after CONNECT.',
    'CONNECT',
    'TRACE',
  ],
  [
    'Without Host a backend of HTTP/1.1 would refuse the request, so this edge names itself; the others name the backend, or nobody.',
    'no Host in HTTP/1.0',
  ],
  [
    'RFC 9112 §3.2 demands 400 for more than one Host. HAProxy takes equal ones, Node the first.',
    'two Host fields that differ',
    'two Host fields that are equal',
    'two Host fields in HTTP/1.0',
  ],
  [
    'White space around a value is not part of it (RFC 9112 §5.1); nginx does not know that of a tab.',
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
    'Host with a port that is no number',
    'Host with a signed port',
    'Host with a broken percent-encoding',
    'Host with an IPv6 address that is not closed',
    'Host with an IPv6 address without brackets',
    'Host with raw UTF-8',
    'Host with a query',
    'Host with a backslash',
  ],
  [MAX_FORWARDS, 'OPTIONS with Max-Forwards: 5 goes on with one less', 'OPTIONS with Max-Forwards: 0 ends here'],
  // Fields
  [
    'nginx leaves out a field line that it does not understand (ignore_invalid_headers) and serves the rest. What one program leaves out, the next one may read: refused here.',
    'a field line without a colon',
    'a field name with a parenthesis',
    'a field name with an octet over 127',
  ],
  [
    'RFC 9112 §5.2: a server MUST refuse a folded line or replace it. HAProxy replaces it.',
    'a line that continues the one before (obs-fold)',
    'a continued line with a tab',
  ],
  [
    'RFC 9110 §5.5: CR, LF and NUL MUST be refused or replaced; other control characters may be. All are refused here.',
    'NUL in a field value',
    'CR at the end of a field value',
    'another control character in a field value',
    'DEL in a field value',
  ],
  ['nginx takes only letters, digits and hyphens in names.', 'every character of a token in a field name'],
  [
    'Node joins fields of the same name when it forwards them; that is allowed (RFC 9110 §5.3).',
    'fields of the same name stay apart and in order',
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
    'What a backend believes only the edge may write. The others were told to write X-Forwarded-For and know nothing of X-Real-IP.',
    'X-Forwarded-* and Forwarded from the client are overwritten',
  ],
  [
    'HAProxy speaks to the backend in the client’s version; the others in their own.',
    'Via says which version came',
    'HTTP/1.0',
  ],
  ['Via is there to notice loops (RFC 9110 §7.6.3); the others do not look.', 'a loop is noticed by its Via'],
  [
    'nginx answers 100 by itself and drops Expect, because it may read the body before it asks anybody.',
    'Expect: 100-continue goes on',
  ],
  [
    'RFC 9110 §10.1.1: in HTTP/1.0 it MUST be ignored; HAProxy and Node pass it on.',
    'Expect: 100-continue in HTTP/1.0 is ignored',
  ],
  [
    'RFC 9110 §10.1.1 allows 417 for an expectation that nobody can meet; nginx and HAProxy pass it on, Node keeps the connection.',
    'an expectation that nobody knows',
  ],
  [
    'Without chunks there is no trailer section to announce. nginx and HAProxy pass the field on. **The process of http-proxy ends**: Node throws when it is told to write a Trailer without chunks, and nobody catches it.',
    'Trailer without a body that could have trailers',
  ],
  // Content-Length and Transfer-Encoding
  [
    '**http-proxy smuggles**: it strips Transfer-Encoding and sends the body unframed behind the head; what the client put into it is the next request.',
    'DELETE with a body (Transfer-Encoding: chunked)',
    'OPTIONS with a body (Transfer-Encoding: chunked)',
  ],
  [
    'RFC 9112 §6.3 rule 5 allows to take equal values as one. Whoever sends them has a broken program in the chain: refused here.',
    'Content-Length: a list of equal numbers',
    'two Content-Length fields that are equal',
  ],
  [
    'Nobody can count so far exactly in a double, so a longer body is not begun. The others begin to wait for it.',
    'Content-Length: 2^53',
  ],
  [
    'RFC 9112 §6.3 rule 3 lets a server take Transfer-Encoding alone and close afterwards, which HAProxy does. Refused here.',
    'Content-Length and Transfer-Encoding',
    'Transfer-Encoding and Content-Length',
  ],
  [
    'RFC 9112 §6.1: with HTTP/1.0 the framing is to be treated as faulty. HAProxy and Node read it, and close.',
    'Transfer-Encoding in HTTP/1.0',
  ],
  [
    'An empty element of a list means nothing (RFC 9110 §5.6.1.2). nginx and HAProxy refuse it. **http-proxy smuggles** what it did not understand.',
    'Transfer-Encoding with an empty list element',
  ],
  [
    'RFC 9112 §6.1: 501 for a coding that is not understood. HAProxy says 422. **http-proxy smuggles** what it did not understand.',
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
    'HAProxy unfolds the line (RFC 9112 §5.2 allows it), and then reads chunks.',
    'Transfer-Encoding: continued on the next line',
  ],
  // Chunks
  [
    'White space around an extension MUST be parsed and removed (RFC 9110 §5.6.3); Node refuses it.',
    'white space around a chunk extension',
  ],
  ['The grammar has no white space behind a size; nginx and HAProxy skip it.', 'white space after a chunk size'],
  ['No double counts further than 2^53; Node begins to wait for it.', 'a chunk size of 2^60'],
  [
    `${LENIENT_LF} With chunks this was CVE-2025-22871 and its kin.`,
    'a chunk shorter than it says',
    'chunk data that ends with LF alone',
    'a chunk size that ends with LF alone',
    'a last chunk that ends with LF alone',
    'an end that is LF alone',
    'a chunk extension that ends with LF alone',
  ],
  [
    EXTENSION,
    'NUL within a chunk extension',
    'a chunk extension without a name',
    'a chunk extension with an open quote',
    'a chunk-size line of 257 octets',
    'a chunk-size line without an end',
    'chunk extensions of 32 KiB together',
  ],
  [
    TRAILERS_DROPPED,
    'trailers go on as trailers',
    'a trailer that would change the framing',
    'a trailer that would change the host',
    'a trailer that would change who asks',
    'a trailer with a space before its colon',
    'a trailer without a colon',
    'a trailer that is continued',
    'a trailer with NUL',
    'a trailer that ends with LF alone',
    'trailers of more than 16 KiB',
    '101 trailers',
  ],
  // Connections
  [
    'RFC 9112 §9.3: a proxy MUST NOT keep a connection with an HTTP/1.0 client. The others do when asked to.',
    'HTTP/1.0 with Connection: keep-alive',
  ],
  ['Node parses ahead and answers 400 before the first request is answered.', 'a broken request behind a good one'],
  [
    'Node parses ahead, and serves what stands behind Connection: close.',
    'a request behind Connection: close is not looked at',
  ],
  [
    'Who answers /healthz, and for which method, is each configuration’s own; the body is not read here, so the connection ends.',
    '/healthz with a body is answered, and the connection closed',
    'POST /healthz goes to a backend',
  ],
  // Limits
  [
    OWN_LIMIT,
    'a request line of 8 KiB',
    'a request line of 8 KiB and one octet',
    'a request line without an end',
    'a field line of 8 KiB',
    'a field line of 8 KiB and one octet',
    'fields of 16 KiB together',
    'fields of 16 KiB and one octet',
    'fields without an end',
    '101 fields',
  ],
]

export const EXPLANATIONS: Readonly<Record<string, string>> = Object.fromEntries(
  BY_REASON.flatMap(([why, ...names]) => names.map(name => [name, why])),
)
