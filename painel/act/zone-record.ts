/**
 * Takes one A record out of the text of a zone file, and puts it back: its line becomes a comment, and the serial grows.
 *
 * Read beside: zone.ts (the file), RFC 1035 §5.1 (master files: `;` begins a comment), RFC 1982 §3.2 (serials)
 * Pure: text in, text out.
 */

const MARK = '; painel: '
/** The first number of the SOA record. */
const SERIAL = /(\bSOA\b[^(]*\(\s*)(\d+)/

/** @returns undefined when the zone has no such record */
export function withoutRecord(text: string, name: string, address: string): string | undefined {
  const line = new RegExp(String.raw`^${name}\s[^;\n]*\bA\s+${address.replaceAll('.', '\\.')}[ \t]*(;.*)?$`, 'm')
  return line.test(text) ? withNextSerial(text.replace(line, found => MARK + found)) : undefined
}

/** All records that {@link withoutRecord} took out are there again. @returns undefined when there is none */
export function withAllRecords(text: string): string | undefined {
  if (!text.includes(`\n${MARK}`)) return undefined
  return withNextSerial(text.replaceAll(`\n${MARK}`, '\n'))
}

/** A secondary copies the zone only when its serial has grown. */
function withNextSerial(text: string): string {
  return text.replace(SERIAL, (_, before: string, serial: string) => `${before}${(Number(serial) + 1) % 2 ** 32}`)
}
