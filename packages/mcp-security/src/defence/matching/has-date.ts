const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const isoMoment =
  /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?$/

/** Whether an ISO date or date-time is in the text in any usual English spelling, and its time too where it has one. Both normalised. */
export function hasDate(text: string, value: string): boolean {
  const [, year = '', month = '', day = '', hour, minute] = isoMoment.exec(value) ?? []
  if (year === '') return false
  if (!hasDay(text, year, Number(month), Number(day))) return false
  return hour === undefined || hasTime(text, Number(hour), minute ?? '00')
}

function hasDay(text: string, year: string, month: number, day: number): boolean {
  if (new RegExp(`(?<!\\d)${year}-${two(month)}-${two(day)}(?!\\d)`).test(text)) return true
  const name = months[month - 1]
  if (name === undefined) return false
  const spelled = `(?:${name}|${name.slice(0, 3)}\\.?)`
  const ordinal = `${day}(?:st|nd|rd|th)?`
  const ending = `(?!\\d)(?:,? +${year}(?!\\d)|(?!,? +\\d{4}))`
  return new RegExp(`\\b(?:${spelled} +(?:the +)?${ordinal}|${ordinal} +(?:of +)?${spelled})${ending}`).test(
    text,
  )
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}

function hasTime(text: string, hour: number, minute: string): boolean {
  if (new RegExp(`(?<![\\d:])0?${hour}:${minute}(?![\\d:])`).test(text)) return true
  if (hour === 12 && minute === '00' && /\bnoon\b/.test(text)) return true
  const twelve = hour % 12 === 0 ? 12 : hour % 12
  const minutes = minute === '00' ? '(?::00)?' : `:${minute}`
  return new RegExp(`(?<![\\d:])${twelve}${minutes} *${hour < 12 ? 'a' : 'p'}\\.?m\\b`).test(text)
}
