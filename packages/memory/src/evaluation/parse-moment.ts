import type { Timestamp } from '@keepup/core'

/** A moment as data sets write it: `1:56 pm on 8 May, 2023`, `29.12.2023, 00:51:12`, `March-15-2024`, ISO 8601. `undefined` for anything else. In UTC. */
export function parseMoment(text: string | undefined): Timestamp | undefined {
  if (text === undefined) return undefined
  const moment = parseClock(text) ?? parseDotted(text) ?? Date.parse(spaced(text))
  return Number.isFinite(moment) ? moment : undefined
}

function parseClock(text: string): number | undefined {
  const found = /(\d{1,2}):(\d\d)\s*(am|pm) on (\d{1,2}) (\w+),? (\d{4})/i.exec(text)
  if (found === null) return undefined
  const [, hour = '', minute = '', half = '', day = '', month = '', year = ''] = found
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  return Date.parse(`${day} ${month} ${year} 00:00 UTC`) + (hours * 60 + Number(minute)) * 60_000
}

function parseDotted(text: string): number | undefined {
  const found = /(\d{1,2})\.(\d{1,2})\.(\d{4}),? *(?:(\d{1,2}):(\d\d)(?::(\d\d))?)?/.exec(text)
  if (found === null) return undefined
  const numbers = found.slice(1).map((part) => Number(part ?? 0))
  const [day = 0, month = 1, year = 0, hour = 0, minute = 0, second = 0] = numbers
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function spaced(text: string): string {
  return /^[A-Za-z]+-\d+-\d{4}$/.test(text) ? `${text.replaceAll('-', ' ')} UTC` : text
}
