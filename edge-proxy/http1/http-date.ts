/**
 * HTTP dates: one format that is written, and two obsolete ones that a recipient must still read.
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
 *     Sunday, 06-Nov-94 08:49:37 GMT   RFC 850
 *     Sun Nov  6 08:49:37 1994         ANSI C's asctime()
 *
 * Read beside: RFC 9110 §5.6.7 (formats), §6.6.1 (Date)
 * Pure: text in, milliseconds out; the clock comes in.
 */
import type { Clock } from '#shared/clock.ts'

/** @returns a function that gives the date of now as IMF-fixdate; it is formatted once a second */
export function httpDateOf(clock: Clock): () => string {
  let second = -1
  let text = ''
  return () => {
    const now = Math.floor(clock.epoch() / 1000)
    if (now !== second) {
      second = now
      text = new Date(now * 1000).toUTCString()
    }
    return text
  }
}

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)'

const IMF_FIXDATE = new RegExp(`^${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`)
const RFC_850 = new RegExp(`^${LONG_DAY}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`)
const ASCTIME = new RegExp(`^${DAY} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`)

const FIFTY_YEARS = 50

/**
 * Milliseconds since 1970; undefined for anything that is not an HTTP-date. Whether the name of the day fits is not checked.
 *
 * @param now milliseconds since 1970; decides the century of a two-digit year
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const parts = (IMF_FIXDATE.exec(text) ?? RFC_850.exec(text) ?? ASCTIME.exec(text))?.groups
  if (!parts) return undefined
  const { day = '', month = '', hour = '', minute = '', second = '', year = '' } = parts
  const fullYear = year.length === 2 ? centuryOf(Number(year), new Date(now).getUTCFullYear()) : Number(year)
  const monthIndex = MONTHS.indexOf(month)
  // Not Date.UTC(fullYear, …), which reads the years 0…99 as 1900…1999.
  const date = new Date(0)
  date.setUTCFullYear(fullYear, monthIndex, Number(day))
  if (date.getUTCMonth() !== monthIndex) return undefined // the 31st of February
  return date.setUTCHours(Number(hour), Number(minute), Number(second))
}

/**
 * "Recipients … MUST interpret a timestamp that appears to be more than 50 years in the future as representing the most
 * recent year in the past that had the same last two digits."
 */
function centuryOf(lastDigits: number, thisYear: number): number {
  const year = thisYear - (thisYear % 100) + lastDigits
  return year > thisYear + FIFTY_YEARS ? year - 100 : year
}
