import type { ASTNode } from '@marcbachmann/cel-js'

import { stepFunction } from './expression-language.ts'
import type { ExpressionFault } from './expression.ts'

/** An expression whose rounds are counted, or why it may not be used. */
export interface Metered {
  readonly text: string
  readonly refusal?: ExpressionFault
}

const rounds = new Set(['map', 'filter', 'all', 'exists', 'exists_one'])

/** How often an expression may bind a name: each can double what it binds. */
const mostBindings = 8

/**
 * Rewrites an expression so that each round of a comprehension counts a step: `BODY` becomes `[BODY][count_step()]`, which has the same value and
 * type. The language has no other way to repeat, so what counts steps ends.
 */
export function meteredExpression(text: string, root: ASTNode): Metered {
  const nodes = [...nodesOf(root)]
  const bindings = nodes.filter((node) => node.op === 'rcall' && node.args[0] === 'bind')
  const excess = bindings[mostBindings]
  const refusal =
    nodes.map(refusalOf).find((found) => found !== undefined) ??
    (excess && refuse(excess, `binds more than ${mostBindings} names`, 'split it over several nodes'))
  return { text: rewrite(text, nodes.flatMap(bodyOf)), ...(refusal === undefined ? {} : { refusal }) }
}

function refusalOf(node: ASTNode): ExpressionFault | undefined {
  if (node.op === 'call' && node.args[0] === stepFunction) {
    return refuse(node, `calls ${stepFunction}`, "leave it out: it is the language's own")
  }
  if (node.op !== 'rcall' || node.args[0] !== 'matches') return undefined
  return refuse(node, 'calls matches, which can take exponential time', 'call search("PATTERN")')
}

/** What is evaluated in each round of a comprehension. */
function bodyOf(node: ASTNode): readonly ASTNode[] {
  if (node.op !== 'rcall' || !rounds.has(node.args[0]) || node.args[2].length < 2) return []
  return node.args[2].slice(-1)
}

function refuse({ start }: ASTNode, problem: string, fix: string): ExpressionFault {
  return { problem, fix, at: start }
}

/** A node and all below it. */
function* nodesOf(root: ASTNode): Generator<ASTNode> {
  const left: unknown[] = [root]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (Array.isArray(next)) {
      left.push(...next)
    } else if (isNode(next)) {
      yield next
      left.push(next.args)
    }
  }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

/** Wraps the bodies, from the last insertion to the first, so that earlier positions stay what they are. */
function rewrite(text: string, bodies: readonly ASTNode[]): string {
  const insertions = bodies.flatMap(({ range: { start, end } }) => [
    { at: start, closes: false, word: '[' },
    { at: end, closes: true, word: `][${stepFunction}()]` },
  ])
  const ordered = insertions.toSorted(
    (one, other) => other.at - one.at || Number(one.closes) - Number(other.closes),
  )
  return ordered.reduce((whole, { at, word }) => whole.slice(0, at) + word + whole.slice(at), text)
}
