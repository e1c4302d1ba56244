import type { BlockPlan, PlanBlock, PlannedBlock } from './block-plan.ts'
import { autogptPrefix } from './functions/autogpt-functions.ts'

/** A block that is a function of {@link autogptFunctions}. */
export function asFunction(
  name: string,
  certain: readonly string[],
  notes: readonly string[] = [],
): PlanBlock {
  return (block) => ({ ...functionPlan(block, `${autogptPrefix}${name}`), certain, notes })
}

/** A block that has no counterpart: a function that the host must give, called with the block's inputs, which gives an object of its outputs. */
export function missingPlan(block: PlannedBlock, name: string, why: string): BlockPlan {
  const called = `${autogptPrefix}${name}`
  return {
    ...functionPlan(block, called),
    missing: called,
    notes: [
      `${why}: the host must give ${called}, which takes the inputs of the block and gives an object of its outputs`,
    ],
  }
}

function functionPlan({ name, inputs }: PlannedBlock, called: string): BlockPlan {
  return {
    node: {
      kind: 'function',
      function: called,
      ...(Object.keys(inputs).length === 0 ? {} : { with: inputs }),
      update: { [name]: '{{ result }}' },
    },
    as: `function ${called}`,
    certain: [],
    notes: [],
  }
}
