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

/** How long a command may sleep, in all. */
const longestSleep = 60

/** `sleep`: at most a minute, however often it stands in a command or a loop goes around it. */
export function examineSleep(call: Call, reading: Reading): void {
  const { operands } = readWith('sleep', call, reading)
  const [time = ''] = operands
  const written = operands.length === 1 && /^(\d{1,2}(\.\d{1,3})?|\.\d{1,3})s?$/.test(time)
  reading.slept += written ? Number.parseFloat(time) : Infinity
  if (reading.slept > longestSleep)
    refuse(reading, 'endless', `a command sleeps by itself for at most ${longestSleep} seconds`)
}

/** `seq`: at most a million numbers, in few characters each. */
export function examineSeq(call: Call, reading: Reading): void {
  const { operands, options } = readWith('seq', call, reading)
  const numbers = options.flatMap(({ name, value }) => (name === '-#' ? [`-${value}`] : []))
  if (!countsOn([...numbers, ...operands], call.words))
    refuse(reading, 'endless', 'seq counts by itself between whole numbers up to a million')
  for (const { name, value = '' } of options) {
    if (value.length > 100)
      refuse(reading, 'endless', 'seq puts at most 100 characters around and between numbers')
    if (/^(-f|--format)$/.test(name) && !/^[^%]*%-?0?(?:[1-9]\d?)?(\.\d)?[feg][^%]*$/.test(value))
      refuse(reading, 'format', `the format ${value} is not one that is read`)
  }
}

/** Whether it ends. Where it cannot be told which of three numbers is the step, none may be zero. */
function countsOn(all: readonly (string | undefined)[], words: Call['words']): boolean {
  const written = words.filter((word) => /^-?\d+$/.test(word ?? ''))
  const steps = written.length === 3 ? written.slice(1, 2) : all
  const still = all.length === 3 && steps.some((word) => /^-?0+$/.test(word ?? '0'))
  return all.length > 0 && !still && all.every((word) => /^-?(\d{1,6}|1000000)$/.test(word ?? ''))
}

function readWith(name: 'date' | 'sleep' | 'seq', call: Call, reading: Reading): ReturnType<typeof readCall> {
  const table = tables.get(name)
  if (table === undefined) throw new Error(`no table for ${name}`)
  return readCall(call, table, reading)
}
