import type { Call, Reading } from './call.ts'
import { readCall } from './examine-reader.ts'
import { refuse } from './findings.ts'
import { programs } from './program.ts'

const tables = programs({
  date: ['text', '-u -R -d: -I? --utc --universal --rfc-email --date= --iso-8601[= --rfc-3339='],
  sleep: ['text', ''],
  seq: ['text', '-# -f: -s: -w --format= --separator= --equal-width', 3],
})

/** `date` prints; an operand that does not begin with `+` would set the clock. */
export function examineDate(call: Call, reading: Reading): void {
  const { operands } = readWith('date', call, reading)
  if (operands.length > 1 || operands.some((word) => word?.startsWith('+') !== true))
    refuse(reading, 'operand', 'date may set the clock where its operand is not a +FORMAT')
}

/** `sleep`: at most a minute. */
export function examineSleep(call: Call, reading: Reading): void {
  const { operands } = readWith('sleep', call, reading)
  const [time] = operands
  if (
    operands.length !== 1 ||
    !/^(\d{1,2}(\.\d{1,3})?|\.\d{1,3})s?$/.test(time ?? '') ||
    Number.parseFloat(time ?? '') > 60
  )
    refuse(reading, 'endless', 'sleep runs by itself for at most 60 seconds')
}

/** `seq`: at most a million numbers. */
export function examineSeq(call: Call, reading: Reading): void {
  const { operands, options } = readWith('seq', call, reading)
  const numbers = options.flatMap(({ name, value }) => (name === '-#' ? [`-${value}`] : []))
  const all = [...numbers, ...operands]
  const step = operands.length === 3 ? operands[1] : '1'
  if (
    all.length === 0 ||
    !all.every((word) => /^-?(\d{1,6}|1000000)$/.test(word ?? '')) ||
    /^-?0+$/.test(step ?? '0')
  )
    refuse(reading, 'endless', 'seq counts by itself between whole numbers up to a million')
  for (const { name, value } of options)
    if (
      (name === '-f' || name === '--format') &&
      !/^[^%]*%-?0?\d{0,3}(\.\d{1,3})?[feg][^%]*$/.test(value ?? '')
    )
      refuse(reading, 'format', `the format ${value} is not one that is read`)
}

function readWith(name: 'date' | 'sleep' | 'seq', call: Call, reading: Reading): ReturnType<typeof readCall> {
  const table = tables.get(name)
  if (table === undefined) throw new Error(`no table for ${name}`)
  return readCall(call, table, reading)
}
