import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import { follow } from './ground.ts'
import type { Program } from './program.ts'
import { type GivenOption, readOptions, type ReadWords } from './read-options.ts'
import { everyFile, refuseLinksBeneath, refuseSecretsBeneath } from './secrets-beneath.ts'

/** Reads the words of a call by a program's table; what the table does not hold may do anything. */
export function readCall(call: Call, program: Program, reading: Reading): ReadWords {
  const read = readOptions(call.words, program.options)
  for (const word of read.unknown) unknownOption(call, word, reading)
  if (read.dynamic) {
    doubt(reading, 'dynamic', `a word of ${call.name} cannot be known before it runs`)
    touchAnything(reading)
  }
  for (const { path, value } of read.options) if (path) touch(reading, call.state, 'read', value)
  return read
}

/** An option that no table holds: it may write, run or send. */
export function unknownOption(call: Call, word: string, reading: Reading): void {
  doubt(reading, 'option', `${call.name} ${word} is not an option that is known to change nothing`)
  touchAnything(reading)
  addEffect(reading, 'exec', '*')
}

/** A program that reads its operands, or is given text. */
export function examineReader(call: Call, program: Program, reading: Reading): void {
  const { operands, options } = readCall(call, program, reading)
  if (program.operands === 'none' && operands.length > 0)
    refuse(reading, 'operand', `${call.name} may change something where it is given an operand`)
  if (operands.length > program.most) {
    refuse(reading, 'operand', `${call.name} may write to one of its ${operands.length} operands`)
    touchAnything(reading)
  }
  if (program.operands === 'read') readFiles(call, operands, options, reading)
}

function readFiles(
  call: Call,
  operands: readonly (string | undefined)[],
  options: readonly GivenOption[],
  reading: Reading,
): void {
  const content = call.name === 'diff' && comparesFolders(call, operands, options, reading)
  const listing = ['ls', 'du', 'tree'].includes(call.name ?? '')
  // From a pipe it would keep what it reads in a temporary file.
  if (call.name === 'tac' && (operands.length === 0 || operands.includes('-')))
    refuse(reading, 'operand', 'tac writes a temporary file where it reads from a pipe')
  const files = operands.length === 0 && listing ? ['.'] : operands.filter((word) => word !== '-')
  for (const word of files) {
    touch(reading, call.state, 'read', word, listing || content)
    if (!content || word === undefined) continue
    refuseSecretsBeneath(word, call.state, everyFile, reading)
    // `diff` follows the links that it meets.
    refuseLinksBeneath(word, call.state, reading)
  }
}

/** `diff` of folders compares the files in them, with and without `-r`. */
function comparesFolders(
  { state }: Call,
  operands: readonly (string | undefined)[],
  options: readonly GivenOption[],
  { ground }: Reading,
): boolean {
  const isFolder = (word: string): boolean =>
    state.folders.some((folder) => ground.list(follow(ground, folder, word)) !== undefined)
  return (
    options.some(({ name }) => name === '-r' || name === '--recursive') ||
    operands.some((word) => word !== undefined && isFolder(word))
  )
}
