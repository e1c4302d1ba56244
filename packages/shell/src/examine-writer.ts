import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { networkPrograms, targetOptions, type WriterRow, writers } from './data/writers.ts'
import { examineDd, examineNetwork } from './examine-network.ts'
import { addEffect, doubt } from './findings.ts'
import { optionTable, type OptionTable } from './option-table.ts'
import { readOptions, type ReadWords } from './read-options.ts'

const tables: ReadonlyMap<string, { readonly row: WriterRow; readonly table: OptionTable }> = new Map(
  Object.entries(writers).map(([name, row]) => [name, { row, table: optionTable(row.options) }]),
)

const recursing: ReadonlySet<string> = new Set(['-r', '-R', '-a', '--recursive', '--archive', '-d', '--dir'])

/** Whether a program is known by what it changes or reaches. */
export function isWriter(name: string): boolean {
  return tables.has(name) || networkPrograms.has(name) || name === 'dd'
}

/** Adds what a program that is known to change files, or to reach hosts, may touch. */
export function examineWriter(call: Call, reading: Reading): void {
  const name = call.name ?? '*'
  if (name === 'dd') return examineDd(call, reading)
  if (networkPrograms.has(name)) return examineNetwork(call, reading)
  const known = tables.get(name)
  if (known === undefined) return touchAnything(reading)
  const read = readOptions(call.words, known.table)
  if (read.unknown.length > 0) {
    doubt(reading, 'option', `${name} ${read.unknown[0]} is not an option that is known`)
    touchAnything(reading)
  }
  examineOperands(call, known.row, read, reading)
}

function examineOperands(call: Call, row: WriterRow, read: ReadWords, reading: Reading): void {
  const target = read.options.find(({ name }) => targetOptions.has(name))
  const { operands } = read
  const recursive =
    call.name === 'mv' || read.unknown.length > 0 || read.options.some(({ name }) => recursing.has(name))
  operands.forEach((word, index) => {
    const last = index === operands.length - 1 && target === undefined && operands.length > 1
    const touches = row.all ?? (index === 0 ? row.first : row.after) ?? (last ? row.last : row.rest)
    touchAs(recursive ? (touches ?? '') : (touches ?? '').replace(/[RWD]/g, ''), word, call, reading)
  })
  if (target !== undefined) touchAs(row.last ?? 'wW', target.value, call, reading)
  if (call.name === 'split' || call.name === 'csplit' || call.name === 'mktemp')
    addEffect(reading, 'write', '*')
  if (call.name === 'patch') touchAnything(reading)
  if (row.last !== undefined && operands.length === 1 && target === undefined)
    addEffect(reading, 'write', '*')
}

function touchAs(touches: string, word: string | undefined, call: Call, reading: Reading): void {
  const beneath = /[RWD]/.test(touches)
  if (/r/i.test(touches)) touch(reading, call.state, 'read', word, /R/.test(touches))
  if (/w/i.test(touches)) touch(reading, call.state, 'write', word, /W/.test(touches) && beneath)
  if (/d/i.test(touches)) touch(reading, call.state, 'delete', word, /D/.test(touches) && beneath)
}
