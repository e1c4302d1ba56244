import { end } from './edge.ts'
import type { GraphParts } from './graph.ts'
import type { NodeDefinition } from './node.ts'

/** What is wrong with one node, each in a sentence that says what to do. */
export function checkNode({ nodes }: GraphParts, name: string, node: NodeDefinition): readonly string[] {
  const problems = boundProblems(nodes, name, node)
  if (node.kind === 'function' || node.kind === 'agent') return [...problems, ...effectProblems(name, node)]
  if (node.kind !== 'signal' || /^[A-Za-z][\w.-]{0,63}$/.test(node.signal)) return problems
  const given = JSON.stringify(node.signal)
  const rule = 'a signal is a letter, then at most 63 letters, digits, _, . or -'
  return [...problems, `node ${name} waits for signal ${given}: ${rule}`]
}

function boundProblems(
  nodes: GraphParts['nodes'],
  name: string,
  { visits, otherwise }: NodeDefinition,
): readonly string[] {
  const problems: string[] = []
  if (visits !== undefined && !isCount(visits)) {
    problems.push(`node ${name} may run ${visits} times, but \`visits\` must be an integer from 1`)
  }
  if (otherwise === undefined) return problems
  if (otherwise !== end && !Object.hasOwn(nodes, otherwise)) {
    problems.push(`node ${name} gives way to ${JSON.stringify(otherwise)}, which is no node`)
  }
  if (visits === undefined) {
    problems.push(`node ${name} gives way to ${otherwise}, but has no bound: give it \`visits\``)
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
  if (retry !== undefined && !isCount(retry.attempts)) {
    problems.push(`node ${name} is tried ${retry.attempts} times, but \`attempts\` must be an integer from 1`)
  }
  const { delay, longest, factor, jitter } = retry ?? {}
  for (const [field, value] of Object.entries({ timeout, delay, longest, factor, jitter })) {
    if (value === undefined || value >= 0) continue
    problems.push(`node ${name} has ${field} ${value}, which must be a number from 0`)
  }
  return problems
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}
