import type { Entry, Sequence } from '@keepup/core'

import { fieldsOf, itemsOf, textOf } from './fields-of.ts'

/** @limit How many of the last steps of a graph are told. */
const mostSteps = 500

/** How a node of a graph stands. */
export interface GraphNodeRun {
  /** Its name, after the names of the graphs that it is in. */
  readonly node: string
  readonly status: 'done' | 'failed' | 'open' | 'waiting'
  readonly visits: number
  /** The last entry about it. */
  readonly entry: Sequence
  /** What it waits for: `person`, `signal`, `time`, `decision`, `agent`. */
  readonly waits?: string | undefined
  readonly failure?: string | undefined
}

/** A way from one node to the next that was taken. */
export interface GraphMove {
  readonly from: string
  readonly to: string
  readonly times: number
}

/** A graph as its thread tells it: what ran, what runs now, and which ways were taken. */
export interface GraphRun {
  readonly graph: string
  /** `running`, `waiting`, or how the last run ended. */
  readonly status: string
  readonly nodes: readonly GraphNodeRun[]
  readonly moves: readonly GraphMove[]
  /** The last steps, oldest first, each with the nodes that ran at once. */
  readonly steps: readonly {
    readonly entry: Sequence
    readonly within: string
    readonly nodes: readonly string[]
  }[]
}

/** The tasks of one graph, the outer one or one within, at its present step. */
interface Step {
  readonly prefix: string
  readonly nodes: readonly string[]
}

/** Reads the effective history of a graph's thread; `undefined` where it is none. The definition is the program's, so that ways that were never taken are not in it. */
export function graphRun(entries: Iterable<Entry>): GraphRun | undefined {
  const reading = new Reading()
  for (const entry of entries) if (entry.erased !== true) reading.read(entry)
  return reading.told()
}

class Reading {
  readonly #nodes = new Map<string, GraphNodeRun>()
  readonly #moves = new Map<string, GraphMove>()
  readonly #steps: GraphRun['steps'][number][] = []
  /** By the place of the task that the graph is in. */
  readonly #present = new Map<string, Step>()
  #graph: string | undefined
  #status = 'running'

  read(entry: Entry): void {
    const { type, data, sequence } = entry
    const told = fieldsOf(data)
    switch (type) {
      case 'graph-started':
        this.#graph = textOf(told['graph'])
        this.#status = 'running'
        this.#present.clear()
        return this.#begin('', { prefix: '', nodes: namesOf(told['next'], '') }, sequence, ['start'])
      case 'graph-resumed':
        this.#status = 'running'
        return
      case 'graph-waiting':
        this.#status = 'waiting'
        return
      case 'graph-finished':
        this.#status = textOf(fieldsOf(told['outcome'])['type'])
        return
      default:
        return this.#readNode(entry, told)
    }
  }

  #readNode({ type, sequence: entry, scope = '' }: Entry, told: Readonly<Record<string, unknown>>): void {
    const path = pathOf(told['path'])
    switch (type) {
      case 'graph-entered': {
        const prefix = `${scope}/`
        return this.#begin(path.join('.'), { prefix, nodes: namesOf(told['tasks'], prefix) }, entry, [scope])
      }
      case 'node-started':
        return this.#mark(scope, { status: 'open', entry })
      case 'node-waiting':
        return this.#mark(scope, { status: 'waiting', entry, waits: textOf(fieldsOf(told['wait'])['for']) })
      case 'node-finished':
        this.#mark(scope, { status: 'done', entry })
        return this.#next(path, told['next'], entry)
      case 'node-failed': {
        const failure = textOf(fieldsOf(told['failure'])['message'])
        this.#mark(scope, { status: told['follows'] === 'retry' ? 'open' : 'failed', entry, failure })
        return this.#next(path, told['next'], entry)
      }
      case 'step-finished':
        return this.#next(path, told['next'], entry)
      default:
    }
  }

  told(): GraphRun | undefined {
    if (this.#graph === undefined) return undefined
    return {
      graph: this.#graph,
      status: this.#status,
      nodes: [...this.#nodes.values()],
      moves: [...this.#moves.values()],
      steps: this.#steps,
    }
  }

  #mark(node: string, said: Omit<GraphNodeRun, 'node' | 'visits'>): void {
    if (node === '') return
    this.#nodes.set(node, { node, visits: this.#nodes.get(node)?.visits ?? 1, ...said })
  }

  #next(path: readonly number[], next: unknown, entry: Sequence): void {
    if (!Array.isArray(next)) return
    const place = path.slice(0, -1).join('.')
    const step = this.#present.get(place)
    const prefix = step?.prefix ?? ''
    this.#begin(place, { prefix, nodes: namesOf(next, prefix) }, entry, step?.nodes ?? [])
  }

  /** A step begins: whatever was in the one before led to it. */
  #begin(place: string, step: Step, entry: Sequence, before: readonly string[]): void {
    this.#present.set(place, step)
    const to = step.nodes.length === 0 && before.length > 0 ? [`${step.prefix}end`] : step.nodes
    for (const from of before) for (const node of to) this.#move(from, node)
    if (step.nodes.length === 0) return
    for (const node of step.nodes) {
      const { visits = 0 } = this.#nodes.get(node) ?? {}
      this.#nodes.set(node, { node, status: 'open', visits: visits + 1, entry })
    }
    this.#steps.push({ entry, within: step.prefix, nodes: step.nodes })
    if (this.#steps.length > mostSteps) this.#steps.shift()
  }

  #move(from: string, to: string): void {
    const key = JSON.stringify([from, to])
    this.#moves.set(key, { from, to, times: (this.#moves.get(key)?.times ?? 0) + 1 })
  }
}

function namesOf(next: unknown, prefix: string): readonly string[] {
  return itemsOf(next).map((task) => `${prefix}${textOf(task) || textOf(fieldsOf(task)['node'])}`)
}

/** The first task of the outer graph where none is named. */
function pathOf(path: unknown): readonly number[] {
  const numbers = itemsOf(path).filter((index) => typeof index === 'number')
  return numbers.length === 0 ? [0] : numbers
}
