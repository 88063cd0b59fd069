/**
 * Queries of real programs; the fuzzer mutates these.
 *
 * Read beside: RFC 1035 §4.1, RFC 6891 §6.1.2
 * Pure: octets.
 */
import { hex } from './octets.ts'

const WWW = '03 777777 0b 6d65757472616261 6c686f 03 636f6d 02 6272 00'
const ZONE = '0b 6d65757472616261 6c686f 03 636f6d 02 6272 00'

export const PACKETS: readonly Buffer[] = [
  // dig www A: RD AD, EDNS 1232 with a client cookie
  hex('9c3d 0120 0001 0000 0000 0001', WWW, '0001 0001 00 0029 04d0 00000000 000c 000a 0008 c0ffee0123456789'),
  // dig +noedns +norec
  hex('41a7 0000 0001 0000 0000 0000', WWW, '0001 0001'),
  // dig +nsid +subnet=0.0.0.0/0 +expire +dnssec SOA
  hex(
    '77aa 0120 0001 0000 0000 0001',
    ZONE,
    '0006 0001 00 0029 04d0 00008000 0010 0003 0000 0008 0004 0001 0000 0009 0000',
  ),
  // kdig TXT of a name below a wildcard
  hex('0f0f 0100 0001 0000 0000 0000 01 61 06 616c756e6f73', ZONE, '0010 0001'),
  // Chromium: A, AAAA and HTTPS of www, without EDNS
  hex('5ba1 0100 0001 0000 0000 0000', WWW, '001c 0001'),
  hex('d20e 0100 0001 0000 0000 0000', WWW, '0041 0001'),
  // unbound: 0x20, EDNS 1232, DO, CD
  hex(
    '2b93 0010 0001 0000 0000 0001 03 577757 0b 4d65757472416261 4c486f 03 434f6d 02 6252 00 0001 0001 00 0029 04d0 00008000 0000',
  ),
  // getent (glibc): the reverse of 172.20.0.21
  hex('f00d 0100 0001 0000 0000 0000 02 3231 01 30 02 3230 03 313732 07 696e2d61646472 04 61727061 00 000c 0001'),
  // BIND to its secondary: NOTIFY with the SOA in the answer section
  hex(
    '6e6f 2400 0001 0001 0000 0000',
    ZONE,
    '0006 0001 c00c 0006 0001 0000012c 0016 c00c c00c 78bd2ca9 0000003c 0000000f 00015180 0000001e',
  ),
  // NSD to its primary: SOA, then AXFR and IXFR (with its current SOA)
  hex('a1f2 0000 0001 0000 0000 0000', ZONE, '00fc 0001'),
  hex(
    'a1f3 0000 0001 0000 0001 0000',
    ZONE,
    '00fb 0001 c00c 0006 0001 00000000 0016 c00c c00c 00000001 00000000 00000000 00000000 00000000',
  ),
  // dig CH TXT version.bind, and id.server
  hex('0101 0100 0001 0000 0000 0000 07 76657273696f6e 04 62696e64 00 0010 0003'),
  hex('0102 0100 0001 0000 0000 0000 02 6964 06 736572766572 00 0010 0003'),
  // dig ANY, and a response, which must get no response
  hex('0303 0100 0001 0000 0000 0000', ZONE, '00ff 0001'),
  hex('0404 8580 0001 0001 0000 0000', WWW, '0001 0001 c00c 0001 0001 00000005 0004 ac140014'),
]
