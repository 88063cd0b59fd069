/**
 * The waiting line of an event in plain form: people may reserve in the order in which they joined.
 *
 *     join ──► waiting ──► admitted for 2 minutes ──► reserved, or over: out of the line
 *
 * - The first join counts. Joining again changes nothing.
 * - People are admitted by place, not by how often they ask: each request, of any user, admits those whose turn it is.
 * - At most `rate` people are admitted in a second, so that the database carries it.
 * - Not more people are admitted than there are seats. A person who was admitted holds a claim to one seat for `claimMs`, so a slow
 *   connection has time to reserve before others are admitted to the same seat. With no seat left there is nothing to hold: the
 *   line empties at the rate, and each user gets 409.
 * - A person whose turn comes and who has not asked for `absentMs` loses the place. Within that time, coming back keeps it.
 *
 * line-script.ts does the same in Redis, in one step; line.test.ts compares the two.
 *
 * Read beside: line-script.ts, line.ts, ../sale.ts
 * Pure: a line and the time in, a line out.
 */

export interface LineRules {
  /** Admissions in a second; also the most that are admitted at one moment. */
  readonly rate: number
  /** Milliseconds in which an admitted person holds a claim to a seat. */
  readonly claimMs: number
  /** Milliseconds for which a claim counts after its reservation: what `available` says may be a second old. */
  readonly settleMs: number
  /** Milliseconds from the admission to its end. */
  readonly admissionMs: number
  /** Milliseconds without a request after which a person is absent. */
  readonly absentMs: number
}

export const LINE_RULES: Omit<LineRules, 'rate'> = {
  claimMs: 15_000,
  settleMs: 1_500,
  admissionMs: 120_000,
  absentMs: 120_000,
}

interface Member {
  readonly place: number
  seenAt: number
  /** Undefined while waiting. */
  admittedUntil: number | undefined
}

/** A person's place, counted from 1 among all who are in the line, and whether it is their turn. */
export interface Standing {
  readonly position: number
  readonly admitted: boolean
}

export class WaitingLine {
  readonly #rules: LineRules
  /** In the order of their places. */
  readonly #members = new Map<string, Member>()
  /** When each claim ends. */
  readonly #claims = new Map<string, number>()
  #next = 1
  #credit: number
  #creditAt: number | undefined

  constructor(rules: LineRules) {
    this.#rules = rules
    this.#credit = rules.rate
  }

  join(user: string, available: number, now: number): Standing | undefined {
    this.#endAdmissions(now)
    if (!this.#members.has(user))
      this.#members.set(user, { place: this.#next++, seenAt: now, admittedUntil: undefined })
    return this.#ask(user, available, now)
  }

  /** @returns undefined for a person who is not in the line */
  look(user: string, available: number, now: number): Standing | undefined {
    this.#endAdmissions(now)
    return this.#ask(user, available, now)
  }

  /** The person has reserved. When another one is waiting, the turn is over. */
  reserved(user: string, now: number): void {
    const { settleMs } = this.#rules
    if (this.#claims.has(user)) this.#claims.set(user, now + settleMs)
    if ([...this.#members.values()].some(({ admittedUntil }) => admittedUntil === undefined)) this.#members.delete(user)
  }

  #ask(user: string, available: number, now: number): Standing | undefined {
    const asking = this.#members.get(user)
    if (asking !== undefined) asking.seenAt = now
    this.#admit(available, now)
    const member = this.#members.get(user)
    if (member === undefined) return undefined
    const position = [...this.#members.values()].filter(({ place }) => place < member.place).length + 1
    return { position, admitted: member.admittedUntil !== undefined }
  }

  #endAdmissions(now: number): void {
    for (const [user, { admittedUntil = Number.POSITIVE_INFINITY }] of this.#members)
      if (admittedUntil <= now) this.#members.delete(user)
  }

  #admit(available: number, now: number): void {
    const { rate, claimMs, admissionMs, absentMs } = this.#rules
    this.#credit = Math.min(rate, this.#credit + (Math.max(0, now - (this.#creditAt ?? now)) / 1000) * rate)
    this.#creditAt = Math.max(now, this.#creditAt ?? now)
    for (const [user, end] of this.#claims) if (end <= now) this.#claims.delete(user)
    for (const [user, member] of this.#members) {
      if (member.admittedUntil !== undefined) continue
      if (this.#credit < 1 || (available > 0 && available <= this.#claims.size)) return
      if (member.seenAt < now - absentMs) {
        this.#members.delete(user)
        continue
      }
      member.admittedUntil = now + admissionMs
      this.#credit -= 1
      if (available > 0) this.#claims.set(user, now + claimMs)
    }
  }
}
