import { KeepupError, type Label, lostLabel, trustedLabel } from '@keepup/core'

import { checkUpdate } from './check-value.ts'
import type { ControlWatch } from './control-watch.ts'
import type { Task } from './graph-state.ts'
import type { Graph } from './graph.ts'
import { heedRewind } from './heed-rewind.ts'
import type { RunOptions } from './run-options.ts'
import type { Session } from './session.ts'
import { unknownNode } from './unknown-node.ts'

/** Starts a run or goes on with the one that is there. Whether there is anything to do. */
export async function beginRun(
  session: Session,
  control: ControlWatch,
  start: RunOptions | undefined,
): Promise<boolean> {
  const { thread, head } = session.thread
  if (start !== undefined || head > 0) {
    // What was asked of a run that is over must not strike the next one.
    await control.look()
    while (await heedRewind(session)) await control.look()
  }
  const { state } = session.journal
  if (state.erased === true) {
    throw new KeepupError(
      'thread-damaged',
      `Entries that the run of thread ${thread} depends on were erased. Fork it from before them, or start another thread.`,
    )
  }
  if (start === undefined && state.status === 'empty') {
    throw new KeepupError(
      'thread-unknown',
      `There is no run of graph ${session.graph.name} in thread ${thread}. Start one with runGraph.`,
    )
  }
  return start === undefined || (start.run !== undefined && start.run === state.run)
    ? goOn(session)
    : startRun(session, start)
}

async function goOn(session: Session): Promise<boolean> {
  const { graph, journal, thread } = session
  const { status, outcome, run = '' } = journal.state
  if (status === 'finished' && outcome?.type === 'completed') return false
  checkTasks(graph, journal.state.tasks)
  // A run that waits goes on with the first thing that comes.
  if (status !== 'waiting') {
    journal.stage('graph-resumed', { run, token: thread.token })
    await journal.flush()
  }
  return true
}

function checkTasks(graph: Graph, tasks: readonly Task[]): void {
  for (const { node, inner } of tasks) {
    const definition = graph.nodes[node]
    if (definition === undefined) throw unknownNode(graph.name, node)
    if (inner !== undefined && definition.kind === 'graph') checkTasks(definition.graph, inner.tasks)
  }
}

async function startRun(session: Session, { input, run, by = 'user', label }: RunOptions): Promise<boolean> {
  const { graph, journal, thread } = session
  const { status } = journal.state
  if (status === 'running' || status === 'waiting') {
    throw new KeepupError(
      'input-invalid',
      `A run of thread ${thread.thread} is not finished: go on with it by resumeGraph, or start in another thread.`,
      { details: { thread: thread.thread, run: journal.state.run } },
    )
  }
  const checked = await checkUpdate(graph.state, input)
  if ('misfit' in checked) {
    const { channel, pointer, message } = checked.misfit
    const place =
      channel === undefined ? '' : ` in channel ${channel}${pointer === undefined ? '' : ` at '${pointer}'`}`
    throw new KeepupError(
      'input-invalid',
      `The input of graph ${graph.name} does not fit${place}: ${message}`,
      {
        details: { ...checked.misfit },
      },
    )
  }
  const update = Object.keys(checked.value).length === 0 ? {} : { update: checked.value }
  const name = run ?? session.newId()
  journal.stage(
    'graph-started',
    { graph: graph.name, run: name, token: thread.token, ...update, next: graph.entry },
    { version: graph.state.version, by, labels: { default: label ?? labelOf(by) } },
  )
  await journal.flush()
  return true
}

function labelOf(by: string): Label {
  return by === 'user' || by === 'runtime' ? { ...trustedLabel, sources: [by] } : lostLabel
}
