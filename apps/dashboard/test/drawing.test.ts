import { expect, test } from 'vitest'

import type { ThreadEntry } from '../src/api-types.ts'
import { beginBisect, type Bisect, looked, nextOf } from '../src/bisect.ts'
import { callsOf } from '../src/call-arguments.ts'
import { graphDrawing } from '../src/graph-drawing.ts'
import { layered, nodeSize } from '../src/layered.ts'
import { procedureDrawing } from '../src/procedure-drawing.ts'
import { readRoute, toHash } from '../src/route.ts'
import { scopeText } from '../src/scope-text.ts'
import { spanRows } from '../src/span-rows.ts'
import type { GraphRun, Procedure, Span } from '../src/view-types.ts'

const way = (from: string, to: string) => ({ from, to })

test('a graph is drawn from left to right, each node once, whatever leads where', () => {
  const ways = [way('a', 'b'), way('a', 'c'), way('b', 'd'), way('d', 'a'), way('c', 'c'), way('b', 'c')]
  const { nodes, edges, width, height } = layered(['a', 'b', 'c', 'd'], ways)
  const [a, b, c, d] = nodes
  const { across } = nodeSize
  expect([a, b, c, d].map((node) => (node?.x ?? 0) - (a?.x ?? 0))).toEqual([0, across, across, 2 * across])
  expect(c?.y).not.toBe(b?.y)
  expect(edges).toHaveLength(ways.length)
  const drawn = [...nodes, ...edges]
  expect(Math.min(...drawn.flatMap(({ x, y }) => [x, y]))).toBeGreaterThanOrEqual(0)
  expect(Math.max(...drawn.map(({ x }) => x))).toBeLessThanOrEqual(width)
  expect(Math.max(...drawn.map(({ y }) => y))).toBeLessThanOrEqual(height)
})

test.each([
  ['nothing', [], []],
  ['circles alone', ['a', 'b'], [way('a', 'b'), way('b', 'a')]],
  ['ways to nowhere', ['a'], [way('a', 'x'), way('x', 'a')]],
  ['one node', ['a'], [way('a', 'a')]],
] as const)('%s can be drawn', (_, ids, ways) => {
  const { nodes, edges } = layered(ids, ways)
  expect(nodes.map(({ id }) => id)).toEqual([...ids])
  expect(edges.every(({ path }) => /^M-?[\d.]+,/.test(path) && !path.includes('NaN'))).toBe(true)
})

test('thousands of nodes are drawn in no time that grows with their square', () => {
  const ids = Array.from({ length: 5000 }, (_, index) => `n${index}`)
  const { nodes } = layered(
    ids,
    ids.slice(1).map((id, index) => way(`n${index}`, id)),
  )
  expect(new Set(nodes.map(({ x }) => x)).size).toBe(5000)
})

const positions = Array.from({ length: 100 }, (_, index) => 3 * index + 1)

/** Searches as a person would who knows it, and gives what was looked at. */
function search(isWrong: (position: number) => boolean | undefined): {
  readonly end: Bisect
  readonly looks: number
} {
  let end = beginBisect(positions)
  for (let looks = 0; ; looks += 1) {
    const at = nextOf(end)
    if (at === undefined) return { end, looks }
    const wrong = isWrong(positions[at] ?? 0)
    end = looked(end, at, wrong === undefined ? 'unknown' : wrong ? 'wrong' : 'right')
  }
}

test('the first position at which something is wrong is found with few looks, wherever it is', () => {
  for (const first of positions) {
    const { end, looks } = search((position) => position >= first)
    expect(end.positions[end.wrong]).toBe(first)
    expect(end.wrong - end.right).toBe(1)
    expect(looks).toBeLessThanOrEqual(7)
  }
})

test('positions of which nobody can tell are left out, and stand between what is known', () => {
  const { end } = search((position) => (position > 100 && position < 130 ? undefined : position >= 115))
  expect(end.positions[end.right]).toBe(100)
  expect(end.positions[end.wrong]).toBe(130)
  expect(search(() => undefined).end.skipped.size).toBe(99)
  expect(nextOf(beginBisect([]))).toBeUndefined()
})

const span = (id: string, parent: string | undefined, start = 0, attributes = {}): Span => ({
  span: id,
  ...(parent === undefined ? {} : { parent }),
  name: id,
  kind: 'internal',
  start,
  end: start + 1,
  service: 's',
  attributes,
  events: [],
})

test('spans stand below those that they are part of, in order; circles and orphans are left out of nothing', () => {
  const spans = [
    span('c', 'a', 5, { 'openinference.span.kind': 'LLM', 'gen_ai.usage.input_tokens': 7 }),
    span('b', 'a', 2, { 'gen_ai.operation.name': 'execute_tool' }),
    span('a', undefined, 1, { 'gen_ai.operation.name': '__proto__' }),
    span('d', 'b', 3),
    span('lost', 'nobody', 9),
    span('x', 'y', 10),
    span('y', 'x', 11),
    span('self', 'self', 12),
  ]
  const rows = spanRows(spans)
  expect(rows.map(({ row: { title, depth } }) => [title, depth])).toEqual([
    ['a', 0],
    ['b', 1],
    ['d', 2],
    ['c', 1],
    ['lost', 0],
    ['x', 0],
    ['y', 1],
    ['self', 0],
  ])
  expect(rows.map(({ row }) => row.id)).toEqual(rows.map((_, index) => index))
  expect(rows.slice(0, 4).map(({ row }) => row.kind)).toEqual(['note', 'tool', 'note', 'model'])
  expect(rows[3]?.row.detail).toBe('7 input')
  const deep = Array.from({ length: 20_000 }, (_, index) =>
    span(`s${index}`, index === 0 ? undefined : `s${index - 1}`),
  )
  expect(spanRows(deep)).toHaveLength(20_000)
})

test('calls are listed with the leaves of what was written, the last first; nonsense is none', () => {
  const entry = (data: unknown): ThreadEntry => ({
    thread: 't',
    sequence: 1,
    type: 'assistant-message',
    time: 0,
    by: 'm',
    hash: '',
    data,
  })
  const call = (id: string, input: unknown) => ({ type: 'tool-call', id, name: 'pay', input })
  const calls = callsOf([
    entry({
      message: {
        content: [
          call('one', { 'a/b': [1, { '~': 'x' }] }),
          { type: 'text', text: 'hm' },
          call('two', 'all'),
        ],
      },
    }),
    ...[null, 5, { message: null }, { message: { content: 'x' } }, { message: { content: [null] } }].map(
      entry,
    ),
  ])
  expect(calls.map(({ call: id, leaves }) => [id, leaves])).toEqual([
    ['two', [{ pointer: '', text: 'all' }]],
    [
      'one',
      [
        { pointer: '/a~1b/0', text: '1' },
        { pointer: '/a~1b/1/~0', text: 'x' },
      ],
    ],
  ])
  const deep: unknown = JSON.parse(`${'['.repeat(5000)}1${']'.repeat(5000)}`)
  expect(callsOf([entry({ message: { content: [call('deep', deep)] } })])[0]?.leaves).toEqual([])
})

const procedure: Procedure = {
  procedure: 'p',
  description: '',
  task: '',
  status: 'waiting',
  phase: 'work',
  phases: [
    {
      name: 'work',
      entry: [],
      edit: [],
      exit: [],
      branches: ['a', 'b'],
      ways: [
        { event: 'pass', to: 'done' },
        { event: 'exhausted', to: 'done' },
      ],
    },
    { name: 'done', end: 'completed', entry: [], edit: [], exit: [], branches: [], ways: [] },
  ],
  invariants: [],
  evidence: [],
  moves: [],
  work: [],
}

test('a procedure is drawn with where it stands, and events that lead to one phase are one way', () => {
  expect(procedureDrawing(procedure)).toEqual({
    nodes: [
      { id: 'work', title: 'work', note: 'waiting', look: 'waiting' },
      { id: 'done', title: 'done', note: '', look: 'plain' },
    ],
    ways: [{ from: 'work', to: 'done', words: 'pass, exhausted', taken: false }],
  })
  const moves = [{ from: 'work', to: 'done', event: 'passed', entry: 9 }]
  const ended = procedureDrawing({ ...procedure, phase: 'done', status: 'completed', moves })
  expect(ended.nodes).toMatchObject([
    { look: 'plain', note: 'a + b' },
    { look: 'done', note: 'completed' },
  ])
  expect(ended.ways).toMatchObject([{ taken: true }])
})

test('a graph is drawn with its beginning and its ends, though no entry is about those', () => {
  const run: GraphRun = {
    graph: 'g',
    status: 'waiting',
    nodes: [{ node: 'a', status: 'waiting', visits: 3, entry: 1, waits: 'person' }],
    moves: [
      { from: 'start', to: 'a', times: 1 },
      { from: 'a', to: 'a', times: 2 },
      { from: 'a', to: 'end', times: 1 },
    ],
    steps: [],
  }
  const { nodes, ways } = graphDrawing({ run })
  expect(nodes.map(({ id, note }) => [id, note])).toEqual([
    ['start', ''],
    ['a', 'waiting for person ×3'],
    ['end', ''],
  ])
  expect(ways.map(({ words }) => words)).toEqual(['', '×2', ''])
  const defined = {
    file: 'g.yaml',
    nodes: [
      { node: 'b', kind: 'agent' },
      { node: 'a', kind: 'person' },
    ],
    ways: [
      { from: 'a', to: 'a', words: 'again' },
      { from: 'a', to: 'b', words: 'else' },
    ],
  }
  const whole = graphDrawing({ run, defined })
  expect(whole.nodes).toMatchObject([
    { id: 'b', note: 'agent', look: 'plain' },
    { id: 'a', look: 'waiting' },
  ])
  expect(whole.ways).toMatchObject([
    { words: 'again ×2', taken: true },
    { words: 'else', taken: false },
  ])
})

test('addresses of the other views are read as they were written', () => {
  for (const route of [
    { view: 'memory' },
    { view: 'memory', of: 'memory:project=%2Fa b' },
    { view: 'mail', of: 'team/writer@2' },
    { view: 'traces', of: 'a'.repeat(32) },
    { view: 'servers' },
    { view: 'thread', thread: 'x', tab: 'origins' },
  ] as const) {
    expect(readRoute(toHash(route))).toEqual(route)
  }
  expect(scopeText('memory:project=%2Fhome%2Fme')).toBe('project=/home/me')
  expect(scopeText('memory:%E0%A4%A')).toBe('%E0%A4%A')
})
