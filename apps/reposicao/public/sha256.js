/**
 * SHA-256, for the challenge of PKCE.
 *
 * Browsers have it in `crypto.subtle`, but only for pages that came over HTTPS or from this machine. This lab has no HTTPS, so the page
 * computes it. A page with HTTPS should use `crypto.subtle.digest('SHA-256', …)`.
 *
 * Read beside: sign-in.js; FIPS 180-4 §4.1.2 (functions), §4.2.2 (constants), §5.1.1 (padding), §6.2.2 (the computation)
 * Pure: octets in, octets out.
 */

/** The first 32 bits of the fractional parts of a power of the first primes. @param {number} count @param {number} power */
function fractions(count, power) {
  const found = []
  for (let candidate = 2; found.length < count; candidate++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false
    if (isPrime) found.push(((candidate ** power % 1) * 2 ** 32) | 0)
  }
  return found
}

const START = fractions(8, 1 / 2)
const CONSTANTS = fractions(64, 1 / 3)

/** @param {Uint8Array} message @returns {Uint8Array} 32 octets */
export function sha256(message) {
  const padded = new Uint8Array((((message.length + 8) >> 6) + 1) << 6)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor((message.length * 8) / 2 ** 32))
  view.setUint32(padded.length - 4, (message.length * 8) | 0)
  let hash = [...START]
  for (let block = 0; block < padded.length; block += 64) hash = compress(hash, view, block)
  const digest = new DataView(new ArrayBuffer(32))
  for (const [index, word] of hash.entries()) digest.setInt32(index * 4, word)
  return new Uint8Array(digest.buffer)
}

/** One block of 64 octets. @param {number[]} hash @param {DataView} view @param {number} block */
function compress(hash, view, block) {
  const words = /** @type {number[]} */ ([])
  for (let t = 0; t < 64; t++) {
    if (t < 16) words[t] = view.getInt32(block + t * 4)
    else {
      const [near = 0, far = 0, seventh = 0, sixteenth = 0] = [words[t - 2], words[t - 15], words[t - 7], words[t - 16]]
      const s1 = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10)
      const s0 = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3)
      words[t] = (s1 + seventh + s0 + sixteenth) | 0
    }
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + s1 + ((e & f) ^ (~e & g)) + (CONSTANTS[t] ?? 0) + (words[t] ?? 0)) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (hash[index] ?? 0)) | 0)
}

/** @param {number} word @param {number} bits */
function rotate(word, bits) {
  return (word >>> bits) | (word << (32 - bits))
}
