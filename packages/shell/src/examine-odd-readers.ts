import { type Call, type Reading } from './call.ts'
import { examineReader, unknownOption } from './examine-reader.ts'
import type { Program } from './program.ts'

/** `strings`, as all programs of GNU binutils, reads further arguments from the file that a word with `@` names. */
export function examineStrings(call: Call, program: Program, reading: Reading): void {
  for (const word of call.words) if (word?.startsWith('@') === true) unknownOption(call, word, reading)
  examineReader(call, program, reading)
}

/** `tail`: `+5f` is the old way to say that it follows what is written to a file. */
export function examineTail(call: Call, program: Program, reading: Reading): void {
  for (const word of call.words) if (/^\+\d*[a-z]/.test(word ?? '')) unknownOption(call, word ?? '', reading)
  examineReader(call, program, reading)
}

/** `cal`: a few months. */
export function examineCal(call: Call, program: Program, reading: Reading): void {
  for (const word of call.words)
    if (/\d{5}/.test(word ?? '') || /^(-n|--months=?)\d{3}|^\d{3}$/.test(word ?? ''))
      unknownOption(call, word ?? '', reading)
  examineReader(call, program, reading)
}
