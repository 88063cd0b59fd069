/**
 * Several requests on one connection, and when the connection is closed.
 *
 * Read beside: RFC 9112 §9.3 (persistence), §9.3.2 (pipelining), §9.6 (tear-down)
 * Pure: data.
 */
import { answeredByProxy, type ConformanceCase, forwardedThenClosed, head } from '../case.ts'

const get = (path: string) => head(`GET ${path} HTTP/1.1`, 'Host: a')
const post = (path: string) => `${head(`POST ${path} HTTP/1.1`, 'Host: a', 'Content-Length: 3')}${path}`
const chunked = (path: string) =>
  `${head(`POST ${path} HTTP/1.1`, 'Host: a', 'Transfer-Encoding: chunked')}3\r\n${path}\r\n0\r\n\r\n`
const BROKEN = head('GET /bad HTTP/1.1', 'Host: a', 'X : 1')

export const connection: readonly ConformanceCase[] = [
  {
    name: 'Connection: close',
    rule: 'RFC 9112 §9.6',
    send: head('GET /a HTTP/1.1', 'Host: a', 'Connection: close'),
    want: forwardedThenClosed(get('/a')),
  },
  {
    name: 'Connection: CLOSE among others',
    rule: 'RFC 9112 §9.3',
    send: head('GET /a HTTP/1.1', 'Host: a', 'Connection: x, CLOSE'),
    want: forwardedThenClosed(get('/a')),
  },
  {
    name: 'HTTP/1.0',
    rule: 'RFC 9112 §9.3',
    send: head('GET /a HTTP/1.0', 'Host: a'),
    want: forwardedThenClosed(get('/a')),
  },
  {
    name: 'HTTP/1.0 with Connection: keep-alive',
    rule: 'RFC 9112 §9.3',
    send: head('GET /a HTTP/1.0', 'Host: a', 'Connection: keep-alive'),
    want: forwardedThenClosed(get('/a')),
  },
  {
    name: 'three pipelined requests',
    rule: 'RFC 9112 §9.3.2',
    send: get('/1') + get('/2') + get('/3'),
    want: { responses: [200, 200, 200], arrives: [get('/1'), get('/2'), get('/3')], after: 'open' },
  },
  {
    name: 'pipelined requests with bodies',
    rule: 'RFC 9112 §9.3.2',
    send: post('/11') + chunked('/22') + post('/33') + get('/4'),
    want: {
      responses: [200, 200, 200, 200],
      arrives: [post('/11'), chunked('/22'), post('/33'), get('/4')],
      after: 'open',
    },
  },
  {
    name: 'an invalid request after a valid one',
    rule: 'RFC 9112 §9.3.2',
    send: get('/1') + BROKEN + get('/3'),
    want: { responses: [200, 400], arrives: [get('/1')], after: 'closed' },
  },
  {
    name: 'a request after Connection: close is ignored',
    rule: 'RFC 9112 §9.6',
    send: head('GET /1 HTTP/1.1', 'Host: a', 'Connection: close') + get('/2'),
    want: forwardedThenClosed(get('/1')),
  },
  {
    name: 'empty lines between requests',
    rule: 'RFC 9112 §2.2',
    send: `${post('/11')}\r\n${get('/2')}`,
    want: { responses: [200, 200], arrives: [post('/11'), get('/2')], after: 'open' },
  },
  { name: '/healthz is answered by the proxy', rule: 'contract', send: get('/healthz'), want: answeredByProxy(200) },
  {
    name: '/healthz with a body is answered, and the connection closed',
    rule: 'RFC 9112 §9.3',
    send: `${head('GET /healthz HTTP/1.1', 'Host: a', 'Content-Length: 5')}hello${get('/2')}`,
    want: { responses: [200], arrives: [], after: 'closed' },
  },
  {
    name: 'POST /healthz goes to a backend',
    rule: 'contract',
    send: head('POST /healthz HTTP/1.1', 'Host: a'),
    want: { responses: [200], arrives: [head('POST /healthz HTTP/1.1', 'Host: a')], after: 'open' },
  },
  {
    name: 'octets after the end of a body are the next request',
    rule: 'RFC 9112 §11.2',
    send: `${head('POST /a HTTP/1.1', 'Host: a', 'Content-Length: 5')}0\r\n\r\n${get('/admin')}`,
    want: {
      responses: [200, 200],
      arrives: [`${head('POST /a HTTP/1.1', 'Host: a', 'Content-Length: 5')}0\r\n\r\n`, get('/admin')],
      after: 'open',
    },
  },
]
