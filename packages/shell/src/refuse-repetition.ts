import type { Call, Reading } from './call.ts'
import { refuse } from './findings.ts'
import { repetitionFault } from './repetition.ts'

/** An expression that is repeated by numbers inside numbers fills memory before anything is read. */
export function refuseRepetition(call: Call, reading: Reading): void {
  for (const word of call.words) {
    const fault = word === undefined ? undefined : repetitionFault(word)
    if (fault !== undefined) refuse(reading, 'endless', `${call.name} is given ${fault}`)
  }
}
