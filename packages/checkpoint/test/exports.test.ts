import { expect, test } from 'vitest'

import * as exported from '../src/index.ts'

test('the package exports what it says, and nothing else', () => {
  expect(Object.keys(exported).toSorted()).toMatchInlineSnapshot(`
    [
      "canonicalLabel",
      "canonicalLabels",
      "chainHash",
      "checkAppend",
      "checkHeader",
      "checkSignal",
      "checkThread",
      "createReplayCursor",
      "createSalts",
      "currentOwner",
      "dataHash",
      "decodeText",
      "decodeValue",
      "diffStates",
      "effectiveRanges",
      "encodeValue",
      "entryHash",
      "foldEntries",
      "forkThread",
      "genesisHash",
      "isOwnerDead",
      "labelId",
      "leaseHeld",
      "leaseLost",
      "memoryArtifacts",
      "memoryCheckpointer",
      "openThread",
      "operatingSystem",
      "readState",
      "replayCheckpointer",
      "rewindThread",
      "sealBase",
      "sealEntry",
      "verifyThread",
    ]
  `)
})
