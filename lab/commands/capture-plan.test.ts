import t from 'tap'
import { captureCommand, captureFile, parseCaptureArguments, wiresharkLines } from './capture-plan.ts'

t.test('parseCaptureArguments() has a component and a duration, both optional', async t => {
  t.strictSame(parseCaptureArguments([]), {})
  t.strictSame(parseCaptureArguments(['ns1', '--seconds=10']), { name: 'ns1', seconds: 10 })
  for (const words of [['ns1', 'ns2'], ['--seconds=0'], ['--seconds=x'], ['-w'], ['NS1']])
    t.equal(parseCaptureArguments(words), undefined, words.join(' '))
})

t.test('captureCommand() captures the whole lab, or one address', async t => {
  const target = { tcpdump: '/usr/bin/tcpdump', file: 'x.pcap', prefix: '127.20.0' }
  t.strictSame(captureCommand({ ...target, only: undefined }).slice(-2), ['net', '127.20.0.0/24'])
  t.strictSame(captureCommand({ ...target, only: '127.20.0.5' }).slice(-2), ['host', '127.20.0.5'])
})

t.test('captureFile() has the time in its name', async t => {
  t.equal(captureFile('.lab', new Date('2026-01-31T10:15:00Z')), '.lab/captura-20260131-101500.pcap')
})

t.test('wiresharkLines() names the ports that Wireshark would not recognise', async t => {
  t.match(wiresharkLines('x.pcap', 'high')[0], '-d tcp.port==8080,http -d udp.port==5300,dns x.pcap')
  t.notMatch(wiresharkLines('x.pcap', 'low')[0], '-d ')
})
