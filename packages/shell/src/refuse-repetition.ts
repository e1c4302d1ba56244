import type { Call, Reading } from './call.ts'
import { refuse } from './findings.ts'
import { recurrenceFault, repetitionFault } from './repetition.ts'

/** An expression that is repeated by numbers inside numbers fills memory before anything is read; one that refers back may take for ever. */
export function refuseRepetition(call: Call, reading: Reading): void {
  for (const word of call.words) {
    const fault = word === undefined ? undefined : (repetitionFault(word) ?? recurrenceFault(word))
    if (fault !== undefined) refuse(reading, 'endless', `${call.name} is given ${fault}`)
  }
}
