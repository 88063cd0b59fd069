/**
 * RFC 1034 §6.2, "Example standard queries": its eight examples, sent to the two name servers that it describes. The zones are
 * those of §6.1, unchanged (zones/db.root, db.edu); ISI.EDU is made from §6.2.7 and §6.3.1.
 */
import t from 'tap'
import { queryOf, show } from '../testing/ask.ts'
import { ServerProcess } from './testing/server-process.ts'

interface Example {
  readonly section: string
  readonly server: 'C.ISI.EDU' | 'A.ISI.EDU'
  readonly question: readonly [qname: string, qtype: string]
  readonly aa: boolean
  readonly rcode?: number
  readonly answer?: readonly string[]
  readonly authority?: readonly string[]
  readonly additional?: readonly string[]
  /** Where the answer is not what the RFC of 1987 prints, and why. */
  readonly since?: string
}

const ROOT_SOA = '. 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400'
const SRI_NIC = ['SRI-NIC.ARPA. 86400 A 26.0.0.73', 'SRI-NIC.ARPA. 86400 A 10.0.0.51']
const ALIAS = 'USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.'

const EXAMPLES: readonly Example[] = [
  { section: '6.2.1', server: 'C.ISI.EDU', question: ['SRI-NIC.ARPA.', 'A'], aa: true, answer: SRI_NIC },
  {
    section: '6.2.2',
    server: 'C.ISI.EDU',
    question: ['SRI-NIC.ARPA.', 'ANY'],
    aa: true,
    answer: ['SRI-NIC.ARPA. 86400 HINFO "RFC8482" ""'],
    since: 'RFC 8482 §4.2: one synthesized HINFO instead of all RRsets',
  },
  {
    section: '6.2.3',
    server: 'C.ISI.EDU',
    question: ['SRI-NIC.ARPA.', 'MX'],
    aa: true,
    answer: ['SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA.'],
    additional: SRI_NIC,
  },
  {
    section: '6.2.4',
    server: 'C.ISI.EDU',
    question: ['SRI-NIC.ARPA.', 'NS'],
    aa: true,
    authority: [ROOT_SOA],
    since: 'RFC 2308 §2.2: NODATA has the SOA too',
  },
  {
    section: '6.2.5',
    server: 'C.ISI.EDU',
    question: ['SIR-NIC.ARPA.', 'A'],
    aa: true,
    rcode: 3,
    authority: [ROOT_SOA],
  },
  {
    section: '6.2.6',
    server: 'C.ISI.EDU',
    question: ['BRL.MIL.', 'A'],
    aa: false,
    authority: ['MIL. 86400 NS SRI-NIC.ARPA.', 'MIL. 86400 NS A.ISI.EDU.'],
    additional: ['A.ISI.EDU. 86400 A 26.3.0.103', ...SRI_NIC],
    since: 'the TTL of A.ISI.EDU, which §6.2.6 does not print, is that of the zone that gives the referral, the root',
  },
  {
    section: '6.2.7, asked of A.ISI.EDU',
    server: 'A.ISI.EDU',
    question: ['USC-ISIC.ARPA.', 'A'],
    aa: true,
    answer: [ALIAS, 'C.ISI.EDU. 86400 A 10.0.0.52'],
  },
  {
    section: '6.2.7, asked of C.ISI.EDU',
    server: 'C.ISI.EDU',
    question: ['USC-ISIC.ARPA.', 'A'],
    aa: true,
    answer: [ALIAS],
    authority: [
      'ISI.EDU. 172800 NS VAXA.ISI.EDU.',
      'ISI.EDU. 172800 NS A.ISI.EDU.',
      'ISI.EDU. 172800 NS VENERA.ISI.EDU.',
    ],
    additional: [
      'VAXA.ISI.EDU. 172800 A 10.2.0.27',
      'VAXA.ISI.EDU. 172800 A 128.9.0.33',
      'VENERA.ISI.EDU. 172800 A 10.1.0.52',
      'VENERA.ISI.EDU. 172800 A 128.9.0.32',
      'A.ISI.EDU. 172800 A 26.3.0.103',
    ],
  },
  { section: '6.2.8', server: 'C.ISI.EDU', question: ['USC-ISIC.ARPA.', 'CNAME'], aa: true, answer: [ALIAS] },
  { section: '6.2.8', server: 'A.ISI.EDU', question: ['USC-ISIC.ARPA.', 'CNAME'], aa: true, answer: [ALIAS] },
  {
    section: '6.3.1',
    server: 'A.ISI.EDU',
    question: ['ISI.EDU.', 'MX'],
    aa: true,
    answer: ['ISI.EDU. 172800 MX 10 VENERA.ISI.EDU.', 'ISI.EDU. 172800 MX 20 VAXA.ISI.EDU.'],
    additional: [
      'VAXA.ISI.EDU. 172800 A 10.2.0.27',
      'VAXA.ISI.EDU. 172800 A 128.9.0.33',
      'VENERA.ISI.EDU. 172800 A 10.1.0.52',
      'VENERA.ISI.EDU. 172800 A 128.9.0.32',
    ],
  },
  {
    section: '6.3.2',
    server: 'C.ISI.EDU',
    question: ['65.0.6.26.IN-ADDR.ARPA.', 'PTR'],
    aa: true,
    answer: ['65.0.6.26.IN-ADDR.ARPA. 86400 PTR ACC.ARPA.'],
  },
]

t.test('the examples of RFC 1034 §6.2 and the queries of §6.3', async t => {
  const servers = {
    'C.ISI.EDU': await ServerProcess.start(t, { zones: { '.': 'db.root', edu: 'db.edu' } }),
    'A.ISI.EDU': await ServerProcess.start(t, {
      name: 'ns2',
      env: { PRIMARY: 'none' },
      zones: { '.': 'db.root', 'isi.edu': 'db.isi.edu' },
    }),
  }
  for (const { section, server, question, aa, rcode = 0, since = '', ...sections } of EXAMPLES) {
    const [qname, qtype] = question
    const response = await servers[server].ask(queryOf(qname, qtype))
    t.strictSame(
      {
        ...{ qr: response.qr, opcode: response.opcode, aa: response.aa, tc: response.tc },
        ...{ rd: response.rd, ra: response.ra, rcode: response.rcode },
        answer: owned(response.answer),
        authority: owned(response.authority),
        additional: owned(response.additional),
      },
      {
        ...{ qr: true, opcode: 0, aa, tc: false, rd: false, ra: false, rcode },
        answer: sorted(sections.answer),
        authority: sorted(sections.authority),
        additional: sorted(sections.additional),
      },
      `§${section}: ${qname} ${qtype} ${since}`,
    )
  }
})

/** "The difference in ordering of the RRs … is not significant" (§6.2.1); neither is the case of a compressed name. */
const owned = (records: Parameters<typeof show>[0]) => sorted(show(records))
const sorted = (lines: readonly string[] = []) => lines.map(line => line.toUpperCase()).sort()
