import { KeepupError } from '@keepup/core'

/** Two nodes of one name. */
export function duplicateNode(graph: string, node: string): KeepupError {
  const message = `Graph ${graph} has two nodes named ${node}: rename one of them.`
  return new KeepupError('configuration-invalid', message, { details: { graph, node } })
}
