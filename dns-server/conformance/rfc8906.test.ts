/**
 * RFC 8906 §8, "Testing": its dig commands, run with the real dig and the real server, each with the result that the RFC expects.
 */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { ZONE } from '#shared/network-map.ts'
import { ServerProcess } from './testing/server-process.ts'

const SOA = /^meutrabalho\.com\.br\.\s+\d+\s+IN\s+SOA\s/m
const FLAGS = /;; flags:([a-z ]*);/
const AA = /;; flags:[a-z ]*\baa\b/
const MBZ = /MBZ/
const OPT_100 = /OPT=100/
const OPT = /;; OPT PSEUDOSECTION:/
const EDNS_0 = /; EDNS: version: 0/
const NOERROR = /status: NOERROR/
const BADVERS = /status: BADVERS/

interface Line {
  readonly section: string
  readonly dig: string
  readonly present: readonly RegExp[]
  readonly absent?: readonly RegExp[]
}

const z = ZONE
const LINES: readonly Line[] = [
  { section: '8.1.1 configured for the zone', dig: `+noedns +noad +norec soa ${z}`, present: [NOERROR, SOA, AA] },
  {
    section: '8.1.2 unknown types',
    dig: `+noedns +noad +norec type1000 ${z}`,
    present: [NOERROR, AA, /ANSWER: 0,/],
  },
  { section: '8.1.3.1 CD=1', dig: `+noedns +noad +norec +cd soa ${z}`, present: [NOERROR, SOA, AA] },
  { section: '8.1.3.2 AD=1', dig: `+noedns +norec +ad soa ${z}`, present: [NOERROR, SOA, AA] },
  {
    section: '8.1.3.3 the reserved bit',
    dig: `+noedns +noad +norec +zflag soa ${z}`,
    present: [NOERROR, SOA, AA],
    absent: [MBZ],
  },
  {
    section: '8.1.3.4 RD=1',
    dig: `+noedns +noad +rec soa ${z}`,
    present: [NOERROR, SOA, AA, / rd[ ;]/],
    absent: [/ ra[ ;]/],
  },
  {
    section: '8.1.4 unknown opcodes',
    dig: '+noedns +noad +opcode=15 +norec +header-only',
    present: [/status: NOTIMP/, /opcode: RESERVED15/, /QUERY: 0, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 0/],
    absent: [SOA, AA],
  },
  { section: '8.1.5 TCP', dig: `+noedns +noad +norec +tcp soa ${z}`, present: [NOERROR, SOA, AA, /\(TCP\)/] },
  {
    section: '8.2.1 minimal EDNS',
    dig: `+nocookie +edns=0 +noad +norec soa ${z}`,
    present: [NOERROR, SOA, OPT, EDNS_0, AA],
  },
  {
    section: '8.2.2 EDNS version negotiation',
    dig: `+nocookie +edns=1 +noednsneg +noad +norec soa ${z}`,
    present: [BADVERS, OPT, EDNS_0],
    absent: [SOA, AA],
  },
  {
    section: '8.2.3 unknown EDNS options',
    dig: `+nocookie +edns=0 +noad +norec +ednsopt=100 soa ${z}`,
    present: [NOERROR, SOA, OPT, EDNS_0, AA],
    absent: [OPT_100],
  },
  {
    section: '8.2.4 unknown EDNS flags',
    dig: `+nocookie +edns=0 +noad +norec +ednsflags=0x40 soa ${z}`,
    present: [NOERROR, SOA, OPT, EDNS_0, AA],
    absent: [MBZ],
  },
  {
    section: '8.2.5 EDNS version negotiation with unknown flags',
    dig: `+nocookie +edns=1 +noednsneg +noad +norec +ednsflags=0x40 soa ${z}`,
    present: [BADVERS, OPT, EDNS_0],
    absent: [SOA, MBZ, AA],
  },
  {
    section: '8.2.6 EDNS version negotiation with unknown options',
    dig: `+nocookie +edns=1 +noednsneg +noad +norec +ednsopt=100 soa ${z}`,
    present: [BADVERS, OPT, EDNS_0],
    absent: [SOA, OPT_100, AA],
  },
  {
    section: '8.2.7 truncated responses, a zone without DNSKEY',
    dig: `+norec +dnssec +bufsize=512 +ignore dnskey ${z}`,
    present: [NOERROR, OPT, EDNS_0],
  },
  {
    section: '8.2.7 truncated responses, an RRset of more than 512 octets',
    dig: '+norec +dnssec +bufsize=512 +ignore txt large.limits.test',
    present: [NOERROR, OPT, EDNS_0, /flags:[a-z ]*\btc\b/, /ANSWER: 0,/],
  },
  {
    section: '8.2.8 DO=1',
    dig: `+nocookie +edns=0 +noad +norec +dnssec soa ${z}`,
    present: [NOERROR, SOA, OPT, EDNS_0, AA, /EDNS: version: 0, flags: do;/],
  },
  {
    section: '8.2.9 EDNS version negotiation with DO=1',
    dig: `+nocookie +edns=1 +noednsneg +noad +norec +dnssec soa ${z}`,
    present: [BADVERS, OPT, EDNS_0, /EDNS: version: 0, flags: do;/],
    absent: [SOA, AA],
  },
  {
    section: '8.2.10 multiple defined EDNS options',
    dig: `+edns=0 +noad +norec +cookie +nsid +expire +subnet=0.0.0.0/0 soa ${z}`,
    present: [NOERROR, SOA, OPT, EDNS_0, AA],
  },
]

const missing = spawnSync('dig', ['-v']).error ? 'dig is not installed' : ''
t.test('RFC 8906 §8', { skip: missing }, async t => {
  const lab = '../../zones/db.meutrabalho.com.br'
  const server = await ServerProcess.start(t, { zones: { [z]: lab, 'limits.test': 'db.limits.test' } })
  for (const { section, dig, present, absent = [] } of LINES) {
    t.test(`${section}: dig ${dig}`, async t => {
      const printed = await server.dig(...dig.split(' '))
      t.match(printed, FLAGS, 'it answers')
      for (const pattern of present) t.match(printed, pattern)
      for (const pattern of absent) t.notMatch(printed, pattern)
    })
  }
})
