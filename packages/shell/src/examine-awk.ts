import { awkFault } from './awk-program.ts'
import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { optionTable } from './option-table.ts'
import { readOptions } from './read-options.ts'

const table = optionTable('! -F: -v: --field-separator= --assign=')

/** `awk`: a program that prints, then files and assignments to its variables. */
export function examineAwk(call: Call, reading: Reading): void {
  const { operands, options, unknown, dynamic } = readOptions(call.words, table)
  const [program, ...files] = operands
  const fault = program === undefined ? 'no program that can be known' : awkFault(program)
  for (const word of unknown)
    doubt(reading, 'option', `awk ${word} is not an option that is known to change nothing`)
  const odd = options.some(({ name, value }) => /^(-v|--assign)$/.test(name) && !isOwnVariable(value))
  if (odd) doubt(reading, 'option', 'awk is given a variable of the language')
  if (fault !== undefined || unknown.length > 0 || dynamic || odd) {
    refuse(reading, 'script', `the program of awk holds ${fault ?? 'something that is not read'}`)
    touchAnything(reading)
    addEffect(reading, 'exec', '*')
  }
  for (const word of files) touchFile(word, call, reading)
}

function touchFile(word: string | undefined, call: Call, reading: Reading): void {
  if (word === '-' || isOwnVariable(word)) return
  if (word !== undefined && /^\w+=/.test(word))
    refuse(reading, 'operand', `awk takes ${word} for an assignment`)
  touch(reading, call.state, 'read', word)
}

function isOwnVariable(text: string | undefined): boolean {
  return (
    text !== undefined &&
    !/=.*(\d{7}|\d[eE])/.test(text) &&
    /^([a-z_][a-z0-9_]*|OFS|FS|RS|ORS|IGNORECASE)=/.test(text)
  )
}
