/**
 * What `npm run lab -- capture` captures: the tcpdump command, the file, and how to open it.
 *
 * Read beside: observe.ts (which runs it), tcpdump(8), pcap-filter(7)
 * Pure: words in, a command out.
 */
import { join } from 'node:path'
import type { PortRange } from '#shared/network-map.ts'

export interface CaptureArguments {
  /** Only packets from or to this component. */
  readonly name?: string
  /** Undefined: until Ctrl-C. */
  readonly seconds?: number
}

/** `capture [NAME] [--seconds=10]`. Undefined for other words. */
export function parseCaptureArguments(words: readonly string[]): CaptureArguments | undefined {
  let wanted: CaptureArguments = {}
  for (const word of words) {
    const seconds = /^--seconds=(\d{1,4})$/.exec(word)?.[1]
    if (seconds !== undefined && Number(seconds) > 0) wanted = { ...wanted, seconds: Number(seconds) }
    else if (/^[a-z0-9]+$/.test(word) && wanted.name === undefined) wanted = { ...wanted, name: word }
    else return undefined
  }
  return wanted
}

/** `.lab/captura-20260131-101500.pcap`, in UTC. */
export function captureFile(folder: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T')
  return join(folder, `captura-${date}-${time}.pcap`)
}

export interface CaptureTarget {
  readonly tcpdump: string
  readonly file: string
  readonly prefix: string
  /** An address, instead of the whole lab. */
  readonly only: string | undefined
}

/** All packets of the lab pass the loopback interface. `-U` writes each packet at once, `-s 0` whole. */
export function captureCommand({ tcpdump, file, prefix, only }: CaptureTarget): string[] {
  const filter = only === undefined ? ['net', `${prefix}.0/24`] : ['host', only]
  return [tcpdump, '-i', 'lo', '-n', '-U', '-s', '0', '-w', file, ...filter]
}

/** How to open the file, and filters to type. Ports other than 53 and 80 have to be named to Wireshark. */
export function wiresharkLines(file: string, ports: PortRange): string[] {
  const asHttp = ports === 'high' ? ' -d tcp.port==8080,http -d udp.port==5300,dns' : ''
  return [
    `abra no Wireshark · open in Wireshark:  wireshark${asHttp} ${file}`,
    'filtros · filters:  dns   ·   http.request and http.request.uri != "/healthz"   ·   tcp.flags.syn == 1',
  ]
}
