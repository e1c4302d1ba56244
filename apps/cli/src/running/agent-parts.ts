import { readFileSync } from 'node:fs'

import type {
  AgentEvent,
  AgentKeeper,
  Guard,
  Guidance,
  Hooks,
  Milliseconds,
  Model,
  Policy,
  Tool,
  Workspace,
} from '@keepup/core'
import { createRuntime, type Runtime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'

import { runContextPolicy } from '../context/run-context-policy.ts'
import { withWindow } from '../context/with-window.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { systemPrompt } from '../system-prompt.ts'
import { limitsOf } from './limits-of.ts'
import { observed } from './observed.ts'
import type { RoleHold } from './run-role.ts'

/** What an agent of the command line is made of. */
export interface AgentParts {
  readonly store: Store
  readonly model: Model
  readonly folder: string
  readonly settings: Settings
  /** Decides about calls by mode and rules. */
  readonly permissions: Policy
  readonly tools: readonly Tool[]
  /** The files that it works on, kept as snapshots; not kept when left out. */
  readonly files?: Workspace | undefined
  /** Decide by what happened in the thread; none when left out. */
  readonly guards?: readonly Guard[]
  /** Finds what it is told of the place where it works; nothing when left out. */
  readonly guidance?: Guidance | undefined
  /** Looks after the agents that it starts; it starts none when left out. */
  readonly agents?: AgentKeeper
  /** None when left out. */
  readonly hooks?: Hooks | undefined
  /** The role that the agent works in; none when left out. */
  readonly held?: RoleHold | undefined
  /** Learns of everything that happens in runs of the agent; nobody does when left out. */
  readonly observe?: ((event: AgentEvent) => void) | undefined
  /** Entries after which a snapshot of the state is kept; the runtime's choice when left out. */
  readonly snapshotAfter?: number
  /** How long its lease outlives a process that nobody can prove dead; the runtime's choice when left out. */
  readonly leaseTtl?: Milliseconds
}

/** Composes the runtime of the command line: the model and the store that were chosen, the tools, the policy of modes and rules. */
export function startAgent(parts: AgentParts): Runtime {
  const { store, model, folder, settings, tools, permissions, held } = parts
  const system = settings.system === undefined ? systemPrompt(folder) : readSystem(settings.system)
  const runtime = createRuntime({
    model: withWindow(model, settings),
    checkpointer: store.checkpointer,
    artifacts: store.artifacts,
    tools,
    workspace: folder,
    mode: settings.mode,
    limits: limitsOf(settings),
    modePolicy: permissions,
    processes: systemProcessTable(),
    contextPolicy: runContextPolicy(model),
    ...optional(parts),
    ...(held === undefined
      ? { system }
      : { system: `${system}\n${held.system}\n`, policies: [held.policy], role: held.name }),
  })
  return observed(runtime, parts.observe)
}

function optional({ agents, guards, guidance, hooks, files, snapshotAfter, leaseTtl }: AgentParts) {
  return {
    ...(agents === undefined ? {} : { agents }),
    ...(guards === undefined ? {} : { guards }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(files === undefined ? {} : { files }),
    ...(snapshotAfter === undefined ? {} : { snapshotAfter }),
    ...(leaseTtl === undefined ? {} : { leaseTtl }),
  }
}

function readSystem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw invalidSetting(path, 'the system prompt cannot be read', 'name a text file with --system', error)
  }
}
