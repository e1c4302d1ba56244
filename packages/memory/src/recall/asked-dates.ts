import type { Timestamp } from '@keepup/core'

/** A date that a question names, as far as it names it: a month from 0, a day from 1. */
export interface AskedDate {
  readonly year?: number
  readonly month?: number
  readonly day?: number
}

const months = 'january february march april may june july august september october november december'.split(
  ' ',
)
const monthWord = `(${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')}|sept)\\.?`
const dayWord = '(\\d{1,2})(?:st|nd|rd|th)?'
const yearWord = '((?:19|20)\\d\\d)'

const forms: readonly { readonly form: RegExp; readonly read: (found: RegExpExecArray) => AskedDate }[] = [
  {
    form: /\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?\b/g,
    read: ([, year, month, day]) => dateOf(year, Number(month) - 1, day),
  },
  {
    form: new RegExp(`\\b${dayWord}(?: of)? ${monthWord},? ?${yearWord}?\\b`, 'gi'),
    read: ([, day, month, year]) => dateOf(year, monthNumber(month), day),
  },
  {
    form: new RegExp(`\\b${monthWord} ${dayWord},? ?${yearWord}?\\b`, 'gi'),
    read: ([, month, day, year]) => dateOf(year, monthNumber(month), day),
  },
  {
    form: new RegExp(`\\b${monthWord},? (?:of )?${yearWord}\\b`, 'gi'),
    read: ([, month, year]) => dateOf(year, monthNumber(month), undefined),
  },
  {
    form: new RegExp(`\\b(?:in|during|of|by|since|until|early|late|mid)[ -]${monthWord}(?= |\\?|,|$)`, 'gi'),
    read: ([, month]) => dateOf(undefined, monthNumber(month), undefined),
  },
  { form: new RegExp(`\\b${yearWord}\\b`, 'g'), read: ([, year]) => dateOf(year, undefined, undefined) },
]

/** The dates that a question names. The first form that fits a place of the text counts. */
export function askedDates(question: string): readonly AskedDate[] {
  let rest = question
  const dates: AskedDate[] = []
  for (const { form, read } of forms) {
    for (const found of rest.matchAll(form)) dates.push(read(found))
    rest = rest.replaceAll(form, ' ')
  }
  return dates
}

/**
 * By how much a text of that moment gains (at least 1): 2 in the window (a day before to 10 days after a day; the month), 1.5 near it (31 days; the first two
 * weeks of the next month), 1.33 in the year.
 */
export function dateFactor(dates: readonly AskedDate[], at: Timestamp): number {
  let best = 1
  for (const date of dates) best = Math.max(best, factorOf(date, at))
  return best
}

const dayLength = 86_400_000

function factorOf(date: AskedDate, at: Timestamp): number {
  const moment = new Date(at)
  const isYear = date.year !== undefined && moment.getUTCFullYear() === date.year
  const elsewhere = isYear ? 1.33 : 1
  const { year, month, day } = date
  if (month === undefined) return elsewhere
  const asked = year ?? nearestYear(month, at)
  return (
    (day === undefined ? monthFactor(moment, asked, month) : dayFactor(at, Date.UTC(asked, month, day))) ??
    elsewhere
  )
}

function monthFactor(moment: Date, year: number, month: number): number | undefined {
  const later = (moment.getUTCFullYear() - year) * 12 + moment.getUTCMonth() - month
  if (later === 0) return 2
  return later === 1 && moment.getUTCDate() <= 14 ? 1.5 : undefined
}

function dayFactor(at: Timestamp, asked: Timestamp): number | undefined {
  const days = (at - asked) / dayLength
  if (days >= -1 && days < 11) return 2
  return Math.abs(days) <= 31 ? 1.5 : undefined
}

/** A month without a year is any year's: the one that lies nearest. */
function nearestYear(month: number, at: Timestamp): number {
  const moment = new Date(at)
  const difference = moment.getUTCMonth() - month
  return moment.getUTCFullYear() + (difference > 6 ? 1 : difference < -6 ? -1 : 0)
}

function monthNumber(word: string | undefined): number {
  return months.findIndex((name) => name.slice(0, 3) === word?.slice(0, 3).toLowerCase())
}

function dateOf(year: string | undefined, month: number | undefined, day: string | undefined): AskedDate {
  return {
    ...(year === undefined ? {} : { year: Number(year) }),
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day: Number(day) }),
  }
}
