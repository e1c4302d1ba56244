import { end } from './edge.ts'
import type { GraphParts } from './graph.ts'
import type { NodeDefinition } from './node.ts'

/** What is wrong with one node, each in a sentence that says what to do. */
export function checkNode({ nodes }: GraphParts, name: string, node: NodeDefinition): readonly string[] {
  const problems: string[] = []
  const { visits, otherwise } = node
  if (visits !== undefined && !(Number.isSafeInteger(visits) && visits >= 1)) {
    problems.push(`node ${name} may run ${visits} times, but \`visits\` must be an integer from 1`)
  }
  if (otherwise !== undefined && otherwise !== end && !Object.hasOwn(nodes, otherwise)) {
    problems.push(`node ${name} gives way to ${JSON.stringify(otherwise)}, which is no node`)
  }
  if (otherwise !== undefined && visits === undefined) {
    problems.push(`node ${name} gives way to ${otherwise}, but has no bound: give it \`visits\``)
  }
  if (node.kind === 'function' || node.kind === 'agent') problems.push(...effectProblems(name, node))
  if (node.kind === 'signal' && !/^[A-Za-z][\w.-]{0,63}$/.test(node.signal)) {
    problems.push(
      `node ${name} waits for signal ${JSON.stringify(node.signal)}: a signal is a letter, then at most 63 letters, digits, _, . or -`,
    )
  }
  return problems
}

function effectProblems(
  name: string,
  { repeat, retry, timeout }: Extract<NodeDefinition, { readonly kind: 'agent' | 'function' }>,
): readonly string[] {
  const problems: string[] = []
  if (repeat === 'once' && retry !== undefined) {
    problems.push(
      `node ${name} runs once, so it cannot be retried: leave out \`retry\`, or say that it is idempotent`,
    )
  }
  if (retry !== undefined && !(Number.isSafeInteger(retry.attempts) && retry.attempts >= 1)) {
    problems.push(`node ${name} is tried ${retry.attempts} times, but \`attempts\` must be an integer from 1`)
  }
  for (const [field, value] of Object.entries({
    timeout,
    delay: retry?.delay,
    longest: retry?.longest,
    factor: retry?.factor,
    jitter: retry?.jitter,
  })) {
    if (value !== undefined && !(value >= 0))
      problems.push(`node ${name} has ${field} ${value}, which must be a number from 0`)
  }
  return problems
}
