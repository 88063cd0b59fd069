/**
 * The four forms of a target, and the Host that goes with them.
 *
 * Read beside: RFC 9112 §3.2 (request target), RFC 9110 §7.2 (Host), §4.2.1 (http URIs), §7.6.2 (Max-Forwards)
 * Pure: data.
 */
import {
  answeredByProxy,
  type ConformanceCase,
  forwarded,
  forwardedThenClosed,
  head,
  refused,
  THE_PROXY,
} from '../case.ts'

/** A GET whose Host has this value. */
const withHost = (value: string) => head('GET /a HTTP/1.1', `Host: ${value}`)
const validHost = (name: string, value: string): ConformanceCase => ({
  name,
  rule: 'RFC 9110 §7.2',
  send: withHost(value),
  want: forwarded(withHost(value), { 'x-forwarded-host': value }),
})
const invalidHost = (name: string, value: string): ConformanceCase => ({
  name,
  rule: 'RFC 9112 §3.2',
  send: withHost(value),
  want: refused(400),
})

export const targetAndHost: readonly ConformanceCase[] = [
  // absolute-form
  {
    name: 'absolute-form: the authority replaces Host',
    rule: 'RFC 9112 §3.2.2',
    send: head('GET http://b:80/a?c HTTP/1.1', 'Host: other'),
    want: forwarded(head('GET /a?c HTTP/1.1', 'Host: b:80'), { 'x-forwarded-host': 'b:80' }),
  },
  {
    name: 'absolute-form: the scheme in upper case',
    rule: 'RFC 9110 §4.2.3',
    send: head('GET HTTP://a/a HTTP/1.1', 'Host: a'),
    want: forwarded(head('GET /a HTTP/1.1', 'Host: a')),
  },
  {
    // The edge has a file with the path /, so it answers a POST to it with 405. So it does in the next case.
    name: 'absolute-form: an empty path is /',
    rule: 'RFC 9112 §3.2.1',
    send: head('POST http://a HTTP/1.1', 'Host: a'),
    want: answeredByProxy(405),
  },
  {
    name: 'absolute-form: a query without a path',
    rule: 'RFC 9112 §3.2.1',
    send: head('POST http://a?b HTTP/1.1', 'Host: a'),
    want: answeredByProxy(405),
  },
  {
    name: 'absolute-form: OPTIONS for the whole server',
    rule: 'RFC 9112 §3.2.4',
    send: head('OPTIONS http://a HTTP/1.1', 'Host: a'),
    want: forwarded(head('OPTIONS * HTTP/1.1', 'Host: a')),
  },
  {
    name: 'absolute-form: another scheme',
    rule: 'contract',
    send: head('GET ftp://a/a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'absolute-form: https on a connection without TLS',
    rule: 'contract',
    send: head('GET https://a/a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'absolute-form: userinfo',
    rule: 'RFC 9110 §4.2.4',
    send: head('GET http://ana:senha@a/a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'absolute-form: an empty host',
    rule: 'RFC 9110 §4.2.1',
    send: head('GET http:///a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'absolute-form: without Host',
    rule: 'RFC 9112 §3.2',
    send: head('GET http://a/a HTTP/1.1'),
    want: refused(400),
  },
  {
    name: 'absolute-form: with an invalid Host',
    rule: 'RFC 9112 §3.2',
    send: head('GET http://a/a HTTP/1.1', 'Host: b/c'),
    want: refused(400),
  },
  // asterisk-form and authority-form
  {
    name: 'asterisk-form with OPTIONS',
    rule: 'RFC 9112 §3.2.4',
    send: head('OPTIONS * HTTP/1.1', 'Host: a'),
    want: forwarded(head('OPTIONS * HTTP/1.1', 'Host: a')),
  },
  {
    name: 'asterisk-form with GET',
    rule: 'RFC 9112 §3.2.4',
    send: head('GET * HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'authority-form with GET',
    rule: 'RFC 9112 §3.2.3',
    send: head('GET a:80 HTTP/1.1', 'Host: a:80'),
    want: refused(400),
  },
  {
    name: 'CONNECT',
    rule: 'RFC 9110 §9.3.6',
    send: head('CONNECT a:80 HTTP/1.1', 'Host: a:80'),
    want: refused(405),
  },
  { name: 'TRACE', rule: 'RFC 9110 §9.3.8', send: head('TRACE /a HTTP/1.1', 'Host: a'), want: refused(405) },
  // Host
  { name: 'no Host', rule: 'RFC 9112 §3.2', send: head('GET /a HTTP/1.1', 'X: 1'), want: refused(400) },
  {
    name: 'no Host in HTTP/1.0',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a HTTP/1.0'),
    want: forwardedThenClosed(head('GET /a HTTP/1.1', `Host: ${THE_PROXY}`)),
  },
  {
    name: 'two Host fields that differ',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a HTTP/1.1', 'Host: a', 'Host: b'),
    want: refused(400),
  },
  {
    name: 'two Host fields that are equal',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a HTTP/1.1', 'Host: a', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'two Host fields in HTTP/1.0',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a HTTP/1.0', 'Host: a', 'Host: b'),
    want: refused(400),
  },
  {
    name: 'white space around the value of Host',
    rule: 'RFC 9112 §5.1',
    send: head('GET /a HTTP/1.1', 'Host:\t a \t'),
    want: forwarded(head('GET /a HTTP/1.1', 'Host: a')),
  },
  validHost('Host with a port', 'a:8080'),
  validHost('Host with an empty port', 'a:'),
  validHost('Host with an IPv4 address', '127.0.0.1:80'),
  validHost('Host with an IPv6 address', '[::1]:80'),
  validHost('Host with sub-delims and an underscore', "a_b!$&'()*+,;=c"),
  validHost('Host with percent-encoding', 'a%2db'),
  invalidHost('Host without a value', ''),
  invalidHost('Host with a space', 'a b'),
  invalidHost('Host with a list', 'a, b'),
  invalidHost('Host with a path', 'a/b'),
  invalidHost('Host with userinfo', 'ana@a'),
  invalidHost('Host with a scheme', 'http://a'),
  invalidHost('Host with a port that is not a number', 'a:b'),
  invalidHost('Host with a signed port', 'a:+80'),
  invalidHost('Host with a broken percent-encoding', 'a%zz'),
  invalidHost('Host with an IPv6 address without its closing bracket', '[::1'),
  invalidHost('Host with an IPv6 address without brackets', '::1'),
  invalidHost('Host with raw UTF-8', 'p\xc3\xa3o'),
  invalidHost('Host with a query', 'a?b'),
  invalidHost('Host with a backslash', 'a\\b'),
  // Max-Forwards
  {
    name: 'OPTIONS with Max-Forwards: 5 is forwarded with 4',
    rule: 'RFC 9110 §7.6.2',
    send: head('OPTIONS /a HTTP/1.1', 'Host: a', 'Max-Forwards: 5'),
    want: forwarded(head('OPTIONS /a HTTP/1.1', 'Host: a', 'Max-Forwards: 4')),
  },
  {
    name: 'OPTIONS with Max-Forwards: 0 is answered by the proxy',
    rule: 'RFC 9110 §7.6.2',
    send: head('OPTIONS /a HTTP/1.1', 'Host: a', 'Max-Forwards: 0'),
    want: answeredByProxy(204),
  },
  {
    name: 'GET with Max-Forwards: 0 is forwarded',
    rule: 'RFC 9110 §7.6.2',
    send: head('GET /a HTTP/1.1', 'Host: a', 'Max-Forwards: 0'),
    want: forwarded(head('GET /a HTTP/1.1', 'Host: a', 'Max-Forwards: 0')),
  },
]
