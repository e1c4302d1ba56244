import { type Call, type Reading } from './call.ts'
import { examineReader, unknownOption } from './examine-reader.ts'
import type { Program } from './program.ts'

/** `xxd` tells options by their first letter and knows no bundles: `-ps` is one word for `-p`, and takes nothing. */
export function examineXxd(call: Call, program: Program, reading: Reading): void {
  const words = call.words.map((word) => (word === '-ps' || word === '-plain' ? '-p' : word))
  for (const word of words)
    if (word?.startsWith('-') === true && word !== '-' && !/^-([abeEiupCdcglosR]|[cglos]\d+)$/.test(word))
      unknownOption(call, word, reading)
  examineReader({ ...call, words }, program, reading)
}
