import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import {
  assembleGraph,
  defineState,
  type Edge,
  end,
  findProblems,
  type GraphParts,
  type NodeDefinition,
} from '../src/index.ts'

const state = defineState({ channels: { a: { schema: z.string(), initial: '' } } })
const node: NodeDefinition = { kind: 'function', run: () => ({}) }
const to = (from: string, target: string): Edge => ({ type: 'edge', from, to: target })

function parts(more: Partial<GraphParts>): GraphParts {
  return {
    name: 'checked',
    state,
    nodes: { a: node, b: node },
    entry: ['a'],
    edges: [to('a', 'b'), to('b', end)],
    ...more,
  }
}

describe('graphs that come from data', () => {
  test('that can be run have no problem', () => {
    expect(findProblems(parts({}))).toEqual([])
    expect(assembleGraph(parts({})).name).toBe('checked')
  })

  test.each<readonly [string, Partial<GraphParts>, RegExp]>([
    ['without an entry', { entry: [] }, /no entry/],
    ['with an entry that is no node', { entry: ['c'] }, /entry "c" is no node: there are a, b/],
    ['with an edge to nowhere', { edges: [to('a', 'c'), to('b', end)] }, /names "c"/],
    ['with an edge from nowhere', { edges: [to('c', 'b')] }, /names "c"/],
    ['with a name that is none', { nodes: { 'a b': node } }, /"a b" must be a letter/],
    ['with a node named as the end', { nodes: { end: node, a: node, b: node } }, /names the end/],
    ['with an unreachable node', { edges: [to('a', end), to('b', end)] }, /nothing leads to node b/],
    ['with a dead end', { edges: [to('a', 'b')] }, /node b leads nowhere/],
    [
      'with no way out',
      { edges: [to('a', 'b'), to('b', 'a')], steps: 5 },
      /no way leads from node a to 'end'/,
    ],
    [
      'with a loop without bound',
      { edges: [to('a', 'b'), to('b', 'a'), to('b', end)] },
      /loop has no bound: give one of a, b/,
    ],
    ['with a bound of no steps', { steps: 0 }, /bound of steps is 0/],
    ['with a bound that is none', { nodes: { a: node, b: { ...node, visits: 1.5 } } }, /may run 1.5 times/],
    [
      'that gives way to nowhere',
      { nodes: { a: node, b: { ...node, visits: 1, otherwise: 'c' } } },
      /gives way to "c"/,
    ],
    [
      'that gives way without a bound',
      { nodes: { a: node, b: { ...node, otherwise: 'a' } } },
      /has no bound/,
    ],
    [
      'that retries what happens once',
      { nodes: { a: node, b: { ...node, repeat: 'once', retry: { attempts: 2 } } } },
      /cannot be retried/,
    ],
    ['with no attempts', { nodes: { a: node, b: { ...node, retry: { attempts: 0 } } } }, /tried 0 times/],
    [
      'with a time-out that is no number',
      { nodes: { a: node, b: { ...node, timeout: Number.NaN } } },
      /timeout NaN/,
    ],
    [
      'with a signal that has no name',
      { nodes: { a: node, b: { kind: 'signal', signal: 'a b', data: z.string(), update: () => ({}) } } },
      /waits for signal "a b"/,
    ],
    [
      'with a route that goes nowhere',
      { edges: [{ type: 'route', from: 'a', to: [], choose: () => [] }, to('b', end)] },
      /declares no target/,
    ],
    [
      'with a join of nothing',
      { edges: [to('a', 'b'), to('b', end), { type: 'join', from: [], to: 'b' }] },
      /names no node to wait for/,
    ],
  ])('%s are refused', (_, more, message) => {
    expect(() => assembleGraph(parts(more))).toThrow(message)
    expect(() => assembleGraph(parts(more))).toThrow(
      expect.objectContaining({ code: 'configuration-invalid' }),
    )
  })

  test('all problems are told at once', () => {
    expect(findProblems(parts({ entry: ['x'], edges: [to('y', 'z')], steps: -1 }))).toHaveLength(4)
  })

  test('an error edge is a way out, and a bound within a loop is enough', () => {
    const loop = {
      nodes: { a: { ...node, visits: 3 }, b: node },
      edges: [to('a', 'b'), to('b', 'a'), to('b', end)],
    }
    expect(findProblems(parts(loop))).toEqual([])
    const caught = { edges: [to('a', end), { type: 'error', from: 'a', to: 'b' } as const, to('b', end)] }
    expect(findProblems(parts(caught))).toEqual([])
  })
})
