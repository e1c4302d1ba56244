import { KeepupError } from '@keepup/core'

/** A run stands at a node that its graph does not have. */
export function unknownNode(graph: string, node: string): KeepupError {
  return new KeepupError(
    'configuration-invalid',
    `The run stands at node ${node}, which graph ${graph} does not have (any more). Run it with the graph that it was started with, or fork it from an earlier step.`,
    { details: { graph, node } },
  )
}
