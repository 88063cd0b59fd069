/**
 * The lengths of digests: a digest that is too short or too long was copied incompletely.
 *
 * Read beside: RFC 4509 §2.1 and RFC 6605 §2 (DS), RFC 6594 §3.1 (SSHFP)
 * Pure: rdata in, an error or nothing.
 */
import { TYPE } from '../wire/codes.ts'
import { TextError } from '../wire/name-text.ts'

/** Octets of a digest by its type: DS and CDS (RFC 4509 §2.1, RFC 6605 §2), SSHFP (RFC 6594 §3.1). */
const DS_DIGESTS: Readonly<Record<number, number>> = { 1: 20, 2: 32, 4: 48 }
const SSHFP_DIGESTS: Readonly<Record<number, number>> = { 1: 20, 2: 32 }

/** @throws TextError when the digest of a DS, CDS, DLV, TA or SSHFP record does not have the length of its type */
export function checkDigest(type: number, data: Readonly<Record<string, unknown>>): void {
  const { digest, digestType, fingerprint, fingerprintType } = data as Partial<DigestFields>
  const octets = type === TYPE.SSHFP ? fingerprint : isDs(type) ? digest : undefined
  const needed = type === TYPE.SSHFP ? SSHFP_DIGESTS[fingerprintType ?? 0] : DS_DIGESTS[digestType ?? 0]
  if (octets && needed !== undefined && octets.length !== needed) {
    throw new TextError(`a digest of this type has ${needed} octets, not ${octets.length}`)
  }
}

function isDs(type: number): boolean {
  return type === TYPE.DS || type === TYPE.CDS || type === TYPE.DLV || type === TYPE.TA
}

interface DigestFields {
  readonly digest: Buffer
  readonly digestType: number
  readonly fingerprint: Buffer
  readonly fingerprintType: number
}
