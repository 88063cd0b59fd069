/**
 * A pseudo-random generator, which gives the same numbers for the same seed, and what the fuzzers make of its numbers.
 *
 * Read beside: fuzz.test.ts, differential.test.ts
 * Pure: a seed in, numbers and octets out.
 */

export class FuzzRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 … below − 1. The generator is mulberry32 (Tommy Ettinger, 2017, public domain). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }
}

const USUAL_SEED = 20_261_122

/** The seed of this run: FUZZ_SEED, or else always the same one, so that each run of a test has the same result. */
export function seedOf(env: NodeJS.ProcessEnv): number {
  return Number(env.FUZZ_SEED ?? USUAL_SEED)
}

/** Octets that parsers often get wrong. */
const TROUBLESOME = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\n\n',
    ' ',
    '\t',
    '\0',
    '\x0b',
    '\x7f',
    '\x80',
    '\xff',
    ':',
    ';',
    ',',
    '"',
    '%',
    '#',
  ],
  ...[
    '0',
    '5',
    '-1',
    '+5',
    '0x',
    'ffffffffffffffff',
    '99999999999999999999',
    'chunked',
    'HTTP/1.1',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 6\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Host: b\r\n',
    'Connection: close\r\n',
    ' : ',
  ],
  ...[
    'Transfer-Encoding: identity\r\n',
    'Expect: 100-continue\r\n',
    'Upgrade: websocket\r\nConnection: upgrade\r\n',
    '0\r\n\r\n',
  ],
]

/** The octets with one to four changes: each is a deletion, an insertion, a repetition or a replacement. */
export function mutated(octets: string, random: FuzzRandom): string {
  let text = octets
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(text.length + 1)
    const end = Math.min(text.length, at + random.below(12))
    switch (random.below(5)) {
      case 0:
        text = text.slice(0, at) + text.slice(end)
        break
      case 1:
        text = text.slice(0, at) + random.pick(TROUBLESOME) + text.slice(at)
        break
      case 2:
        text = text.slice(0, end) + text.slice(at)
        break
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1)
        break
      case 4:
        text = text.slice(0, at) + random.pick(TROUBLESOME) + text.slice(end)
    }
  }
  return text
}

/** The octets in pieces, cut at random places. */
export function pieces(octets: string, random: FuzzRandom): string[] {
  const cut: string[] = []
  for (let at = 0; at < octets.length; ) {
    const length = random.chance(3) ? 1 + random.below(3) : 1 + random.below(octets.length)
    cut.push(octets.slice(at, at + length))
    at += length
  }
  return cut
}
