import { type AgentEvent, createEventEmitter, KeepupError, type RunRequest } from '@keepup/core'
import type { AgentState } from '@keepup/loop'
import type { Runtime } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { agentAbove } from '../graph/agent-above.ts'
import { chooseModel } from '../model/choose-model.ts'
import { readAgent } from '../read-agent.ts'
import { startAgent } from './agent-parts.ts'
import { leastLimits } from './least-limits.ts'
import { limitsOf } from './limits-of.ts'
import { openTree, type TreeParts } from './open-tree.ts'
import { runRole } from './run-role.ts'

/** What the agents of a server are made of; the role is each thread's own. */
export type ServedParts = Omit<TreeParts, 'held' | 'role' | 'thread'>

/**
 * Runs threads for others, each as `keepup run` would in this folder: in the role that the thread works in, within the limits of the server, with the agents that
 * it started. An agent of another one is gone on with from above. Fails `input-invalid` for a thread that works in another folder, or that a graph or a procedure
 * drives: nothing would hold it to what they allow.
 */
export function servedRun(line: CommandLine, parts: ServedParts): Pick<Runtime, 'events' | 'run'> {
  const events = createEventEmitter<AgentEvent>()
  const observe = (event: AgentEvent): void => {
    parts.observe?.(event)
    events.emit(event)
  }
  async function* run(asked: RunRequest): AsyncGenerator<AgentEvent> {
    const { store, folder, note } = parts
    const known = await readKnown(parts, asked)
    const { thread } = known
    const settings = { ...parts.settings, ...settingsOf(parts, asked, known.state) }
    const role = await runRole(line, store, { settings, flags: {}, folder, thread }, note)
    const chosen = role.settings.model
    const model = chosen === parts.settings.model ? parts.model : await chooseModel(chosen, line.host, note)
    const tools = parts.tools.filter(({ name }) => role.has(name))
    const made = { ...parts, observe, settings: role.settings, model, tools, held: role.held, thread, role }
    await using tree =
      parts.agents === undefined
        ? await openTree(line, made)
        : { agent: startAgent(made), [Symbol.asyncDispose]: () => Promise.resolve() }
    const { mode } = role.settings
    yield* tree.agent.run({ ...asked, thread, mode, limits: limitsOf(role.settings) })
  }
  return { run, events }
}

/** The thread that is run for the one that was asked for, and its state; none where it is new. */
async function readKnown(
  parts: Pick<ServedParts, 'folder' | 'store'>,
  { thread, input }: RunRequest,
): Promise<{ readonly thread: string; readonly state?: AgentState }> {
  const { store, folder } = parts
  const state = await readState(store, thread)
  if (state === undefined) return { thread }
  const above = await agentAbove(store, thread)
  if (above !== undefined) throw refused(`${thread} is an agent of ${above.thread}`, above.next)
  const { delegation, run } = state
  const workspace = state.workspace ?? run?.settings.workspace ?? folder
  if (workspace !== folder) {
    throw refused(
      `${thread} works in ${workspace}, and this serves ${folder}`,
      `go on with it there: keepup resume ${thread}`,
    )
  }
  if (delegation === undefined || delegation.over === true) return { thread, state }
  const { root } = delegation
  if (input !== undefined)
    throw refused(`${thread} is an agent of ${root}`, `say it to ${root}, or send this one a signal`)
  return readKnown(parts, { thread: root })
}

async function readState(
  { checkpointer }: ServedParts['store'],
  thread: string,
): Promise<AgentState | undefined> {
  try {
    return await readAgent(checkpointer, thread)
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return undefined
    throw error
  }
}

function refused(what: string, next: string): KeepupError {
  return new KeepupError('input-invalid', `${what}: ${next}.`)
}

/** The mode and the limits of a run. One that goes on keeps those it had; none has more than the server was started with. */
function settingsOf({ settings }: ServedParts, asked: RunRequest, state: AgentState | undefined) {
  const before = asked.input === undefined ? state?.run?.settings : undefined
  const mode = asked.mode ?? before?.mode ?? settings.mode
  return { mode, ...leastLimits(limitsOf(settings), asked.limits ?? before?.limits ?? {}) }
}
