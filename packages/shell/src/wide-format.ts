import type { Call, Reading } from './call.ts'
import { refuse } from './findings.ts'

/** Programs that print by a format in which a width may stand. */
const formatting: ReadonlySet<string> = new Set(['date', 'stat', 'find', 'ls', 'du', 'tree', 'git'])

/** `%10000d` of strftime and printf; `%<(10000)`, `%w(10000)` and `%(align:10000)` of git. */
const wide = /%[^A-Za-z%]*\d{4}|%w\([^)]*\d{4}|align:[^)]*\d{4}/

/** A width of thousands in a format floods what reads it: `date +%1000000000Y` prints a gigabyte. */
export function refuseWideFormats(call: Call, reading: Reading): void {
  if (call.name === undefined || !formatting.has(call.name)) return
  for (const word of call.words)
    if (word !== undefined && wide.test(word))
      refuse(reading, 'endless', `${call.name} is given a width of a thousand or more`)
}
