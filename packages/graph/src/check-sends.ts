import { KeepupError } from '@keepup/core'

import { checkStorable, checkValue } from './check-value.ts'
import type { NextTask } from './graph-state.ts'
import type { Graph } from './graph.ts'

/** Holds what is sent to nodes against their schemas. Fails `input-invalid`, naming the node and the place. */
export async function checkSends(graph: Graph, next: readonly NextTask[]): Promise<readonly NextTask[]> {
  if (!next.some((task) => typeof task !== 'string' && 'input' in task)) return next
  const checked: NextTask[] = []
  for (const task of next) checked.push(await checkSend(graph, task))
  return checked
}

async function checkSend(graph: Graph, task: NextTask): Promise<NextTask> {
  if (typeof task === 'string' || !('input' in task)) return task
  const schema = graph.nodes[task.node]?.input
  const result = await (schema === undefined ? checkStorable(task.input) : checkValue(schema, task.input))
  if ('value' in result) return { ...task, input: result.value }
  const { message, pointer = '' } = result.misfit
  throw new KeepupError(
    'input-invalid',
    `What is sent to node ${task.node} does not fit at '${pointer}': ${message}`,
    {
      details: { node: task.node, pointer },
    },
  )
}
