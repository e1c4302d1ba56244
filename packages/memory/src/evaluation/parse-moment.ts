import type { Timestamp } from '@keepup/core'

/** A moment as data sets write it: `1:56 pm on 8 May, 2023`, `29.12.2023, 00:51:12`, `March-15-2024`, ISO 8601. `undefined` for anything else. In UTC. */
export function parseMoment(text: string | undefined): Timestamp | undefined {
  if (text === undefined) return undefined
  const clock = /(\d{1,2}):(\d\d)\s*(am|pm) on (\d{1,2}) (\w+),? (\d{4})/i.exec(text)
  if (clock !== null) {
    const [, hour = '', minute = '', half = '', day = '', month = '', year = ''] = clock
    const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
    return known(Date.parse(`${day} ${month} ${year} 00:00 UTC`) + (hours * 60 + Number(minute)) * 60_000)
  }
  const dotted = /(\d{1,2})\.(\d{1,2})\.(\d{4}),? *(?:(\d{1,2}):(\d\d)(?::(\d\d))?)?/.exec(text)
  if (dotted !== null) {
    const [day = 0, month = 1, year = 0, hour = 0, minute = 0, second = 0] = dotted
      .slice(1)
      .map((part) => Number(part ?? 0))
    return known(Date.UTC(year, month - 1, day, hour, minute, second))
  }
  return known(Date.parse(/^[A-Za-z]+-\d+-\d{4}$/.test(text) ? `${text.replaceAll('-', ' ')} UTC` : text))
}

function known(moment: number): Timestamp | undefined {
  return Number.isFinite(moment) ? moment : undefined
}
