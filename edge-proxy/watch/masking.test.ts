import t from 'tap'
import { maskedHead, maskedTarget } from './masking.ts'

const headWith = (line: string) => maskedHead(`GET / HTTP/1.1\r\n${line}\r\n\r\n`).split('\r\n')[1]

t.test('maskedHead() masks credentials by the name of the field', async t => {
  for (const name of [
    'Cookie',
    'set-cookie',
    'Authorization',
    'X-Api-Key',
    'X-Auth-Token',
    'X-CSRF-Token',
    'X-XSRF-TOKEN',
  ]) {
    t.equal(headWith(`${name}: sid=secret`), `${name}: <10 octets>`)
  }
})

t.test('maskedHead() keeps the fields that matter in a class', async t => {
  for (const line of [
    'Host: www.meutrabalho.com.br',
    'X-Request-Id: 1ea00b73238d093c82046ecdcea76144',
    'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'ETag: "b1946ac92492d2347c6235b4d2611184"',
    'Keep-Alive: timeout=5',
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  ]) {
    t.equal(headWith(line), line)
  }
})

t.test('maskedHead() masks web tokens in any field, and queries in the start line and in URLs', async t => {
  t.equal(headWith('X-Any: Bearer eyJhbGciOiJI.eyJzdWIiOiIx.c2ln'), 'X-Any: Bearer <30 octets>')
  t.equal(headWith('Referer: http://a/x?token=abc&p=1'), 'Referer: http://a/x?token=<3 octets>&p=1')
  t.equal(maskedHead('GET /x?sid=abc&p=1 HTTP/1.1\r\n\r\n'), 'GET /x?sid=<3 octets>&p=1 HTTP/1.1\r\n\r\n')
})

t.test('maskedTarget() masks parameters by name and by shape, and keeps the others', async t => {
  t.equal(maskedTarget('/login?username=ana&senha=abc'), '/login?username=ana&senha=<3 octets>')
  t.equal(maskedTarget('/x?api_key=1&reset_token=2'), '/x?api_key=<1 octets>&reset_token=<1 octets>')
  t.equal(maskedTarget(`/x?p=${'0a'.repeat(16)}`), '/x?p=<32 octets>')
  t.equal(maskedTarget('/usuarios?busca=maria-da-silva&pagina=2'), '/usuarios?busca=maria-da-silva&pagina=2')
  t.equal(maskedTarget('/x?just-a-word'), '/x?just-a-word')
})
