/**
 * Messages made octet by octet, so that they can have exactly one error.
 *
 * Read beside: RFC 1035 §4.1.1 (the header), RFC 6891 §6.1.2 (OPT)
 * Pure: numbers and hexadecimal in, octets out.
 */

/** `hex('03 777777 00')`: spaces are ignored. */
export function hex(...parts: readonly string[]): Buffer {
  return Buffer.from(parts.join('').replaceAll(/\s/g, ''), 'hex')
}

export interface Head {
  readonly id?: number
  /** The second 16 bits: QR, opcode, AA, TC, RD, RA, Z, AD, CD, rcode. */
  readonly flags?: number
  readonly counts?: readonly [qd: number, an: number, ns: number, ar: number]
}

/** A header and the octets after it. */
export function message({ id = 0x1234, flags = 0, counts = [1, 0, 0, 0] }: Head, ...body: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(12)
  for (const [i, value] of [id, flags, ...counts].entries()) header.writeUInt16BE(value, 2 * i)
  return Buffer.concat([header, ...body])
}

/** `name('www', 'example')`: labels with their lengths, and the root. */
export function name(...labels: readonly string[]): Buffer {
  return Buffer.concat([
    ...labels.map(label => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])),
    hex('00'),
  ])
}

/** A question of class IN. */
export function question(qname: Buffer, qtype: number, qclass = 1): Buffer {
  const rest = Buffer.alloc(4)
  rest.writeUInt16BE(qtype, 0)
  rest.writeUInt16BE(qclass, 2)
  return Buffer.concat([qname, rest])
}

/** An OPT record: root, type 41, payload size, extended rcode, version, flags, options. */
export function opt(payload = 1232, options = hex(), { version = 0, flags = 0 } = {}): Buffer {
  const fixed = hex('00 0029 0000 00 00 0000 0000')
  fixed.writeUInt16BE(payload, 3)
  fixed.writeUInt8(version, 6)
  fixed.writeUInt16BE(flags, 7)
  fixed.writeUInt16BE(options.length, 9)
  return Buffer.concat([fixed, options])
}
