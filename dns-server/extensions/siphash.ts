/**
 * SipHash-2-4: a keyed hash of 64 bits for short inputs. The crypto module of Node has none.
 *
 * Read beside: Aumasson and Bernstein, "SipHash: a fast short-input PRF", §2 (figure 2.1 is `round` below)
 * Pure: a key and octets in, a hash out.
 *
 * The 64-bit words of the paper are pairs of 32-bit halves here, low half first: BigInt is ten times slower.
 */

/** v0…v3: eight halves. */
type SipState = Int32Array

/** @param key 16 octets @returns 8 octets, least significant first, as in the test vectors of the paper */
export function sipHash24(key: Uint8Array, input: Uint8Array): Buffer {
  const words = new DataView(key.buffer, key.byteOffset, 16)
  const half = (at: number) => words.getInt32(at, true)
  // "somepseudorandomlygeneratedbytes"
  const state: SipState = Int32Array.of(
    half(0) ^ 0x70736575,
    half(4) ^ 0x736f6d65,
    half(8) ^ 0x6e646f6d,
    half(12) ^ 0x646f7261,
    half(0) ^ 0x6e657261,
    half(4) ^ 0x6c796765,
    half(8) ^ 0x79746573,
    half(12) ^ 0x74656462,
  )
  // Padded to whole words; the last octet is the length modulo 256.
  const padded = Buffer.alloc((input.length + 8) & ~7)
  padded.set(input)
  padded[padded.length - 1] = input.length
  for (let at = 0; at < padded.length; at += 8) {
    const low = padded.readInt32LE(at)
    const high = padded.readInt32LE(at + 4)
    xor(state, 6, low, high)
    round(state)
    round(state)
    xor(state, 0, low, high)
  }
  xor(state, 4, 0xff, 0)
  for (let i = 0; i < 4; i++) round(state)

  const hash = Buffer.alloc(8)
  hash.writeInt32LE(at(state, 0) ^ at(state, 2) ^ at(state, 4) ^ at(state, 6), 0)
  hash.writeInt32LE(at(state, 1) ^ at(state, 3) ^ at(state, 5) ^ at(state, 7), 4)
  return hash
}

const V0 = 0
const V1 = 2
const V2 = 4
const V3 = 6

function round(v: SipState): void {
  add(v, V0, V1)
  rotate(v, V1, 13)
  xor(v, V1, at(v, V0), at(v, V0 + 1))
  rotate(v, V0, 32)
  add(v, V2, V3)
  rotate(v, V3, 16)
  xor(v, V3, at(v, V2), at(v, V2 + 1))
  add(v, V0, V3)
  rotate(v, V3, 21)
  xor(v, V3, at(v, V0), at(v, V0 + 1))
  add(v, V2, V1)
  rotate(v, V1, 17)
  xor(v, V1, at(v, V2), at(v, V2 + 1))
  rotate(v, V2, 32)
}

function at(v: SipState, index: number): number {
  return v[index] as number
}

function xor(v: SipState, target: number, low: number, high: number): void {
  v[target] = at(v, target) ^ low
  v[target + 1] = at(v, target + 1) ^ high
}

function add(v: SipState, target: number, source: number): void {
  const low = (at(v, target) >>> 0) + (at(v, source) >>> 0)
  v[target] = low | 0
  v[target + 1] = (at(v, target + 1) + at(v, source + 1) + (low > 0xffffffff ? 1 : 0)) | 0
}

/** Rotates 64 bits to the left; a rotation by 32 exchanges the halves. */
function rotate(v: SipState, target: number, bits: number): void {
  const low = at(v, target)
  const high = at(v, target + 1)
  if (bits === 32) {
    v[target] = high
    v[target + 1] = low
    return
  }
  v[target] = (low << bits) | (high >>> (32 - bits))
  v[target + 1] = (high << bits) | (low >>> (32 - bits))
}
