import type { JsonObject } from '@keepup/core'

import type { NodeContext } from '../../../node.ts'
import { objectOf, textOf } from './is-true.ts'

type ClockFunction = (input: JsonObject, context: Pick<NodeContext, 'clock'>) => JsonObject

/** What AutoGPT's blocks for the present time do. Times are UTC, whatever the time zone of the block. */
export const timeFunctions: Readonly<Record<string, ClockFunction>> = {
  get_current_time: ({ format_type }, { clock }) => ({
    time: formatted(new Date(clock.now()), format_type, '%H:%M:%S', (iso) => `T${iso.slice(11, 19)}+00:00`),
  }),
  get_current_date({ format_type, offset = 0 }, { clock }) {
    const days = Math.trunc(Number(offset)) || 0
    const date = new Date(clock.now() - days * 86_400_000)
    return { date: formatted(date, format_type, '%Y-%m-%d', (iso) => iso.slice(0, 10)) }
  },
  get_current_date_and_time: ({ format_type }, { clock }) => ({
    date_time: formatted(
      new Date(clock.now()),
      format_type,
      '%Y-%m-%d %H:%M:%S',
      (iso) => `${iso.slice(0, 19)}+00:00`,
    ),
  }),
}

function formatted(
  date: Date,
  type: JsonObject[string] | undefined,
  usual: string,
  iso: (text: string) => string,
): string {
  const { discriminator, format } = objectOf(type)
  if (discriminator === 'iso8601') return iso(date.toISOString())
  return strftime(date, format === undefined || format === null ? usual : textOf(format))
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** The directives of C's strftime that are independent of the locale, in English. */
function strftime(date: Date, format: string): string {
  const name = (options: Intl.DateTimeFormatOptions): string =>
    date.toLocaleString('en-US', { ...options, timeZone: 'UTC' })
  const hour = date.getUTCHours()
  const directives: Readonly<Record<string, () => string>> = {
    Y: () => String(date.getUTCFullYear()),
    y: () => two(date.getUTCFullYear() % 100),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    H: () => two(hour),
    I: () => two(hour % 12 || 12),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    A: () => name({ weekday: 'long' }),
    a: () => name({ weekday: 'short' }),
    B: () => name({ month: 'long' }),
    b: () => name({ month: 'short' }),
    Z: () => 'UTC',
    z: () => '+0000',
    '%': () => '%',
  }
  return format.replaceAll(/%([A-Za-z%])/g, (whole, letter: string) => directives[letter]?.() ?? whole)
}
