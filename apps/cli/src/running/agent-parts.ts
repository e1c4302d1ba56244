import { readFileSync } from 'node:fs'

import type { Hooks, Model, Policy, Tool, Workspace } from '@keepup/core'
import { createRuntime, type Runtime } from '@keepup/runtime'
import { askUserTool, systemProcessTable, todoTool, toolkit, type ToolkitOptions } from '@keepup/toolkit'

import { invalidSetting } from '../settings/invalid-setting.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { systemPrompt } from '../system-prompt.ts'
import type { Confinement } from './open-confinement.ts'

/** What an agent of the command line is made of. */
export interface AgentParts {
  readonly store: Store
  readonly model: Model
  readonly folder: string
  readonly settings: Settings
  /** Whether somebody will answer the agent's questions: it is given `ask_user` then. */
  readonly answerable: boolean
  /** Decides about calls by mode and rules. */
  readonly permissions: Policy
  /** Nothing confines commands when left out. */
  readonly confinement?: Confinement | undefined
  /** The files that it works on, kept as snapshots; not kept when left out. */
  readonly files?: Workspace | undefined
  /** None when left out. */
  readonly hooks?: Hooks | undefined
  /** Entries after which a snapshot of the state is kept; the runtime's choice when left out. */
  readonly snapshotAfter?: number
}

/** Composes the runtime of the command line: the model and the store that were chosen, the built-in tools, the policy of modes and rules. */
export function startAgent(parts: AgentParts): Runtime {
  const { store, model, folder, settings, snapshotAfter, confinement, hooks, files, permissions } = parts
  const talk = parts.answerable ? [askUserTool(), todoTool()] : [todoTool()]
  return createRuntime({
    model,
    checkpointer: store.checkpointer,
    artifacts: store.artifacts,
    tools: [
      ...toolsFor(model, toolkit({ root: folder, background: false, ...sandboxed(confinement) })),
      ...talk,
    ],
    workspace: folder,
    modePolicy: permissions,
    processes: systemProcessTable(),
    ...(hooks === undefined ? {} : { hooks }),
    ...(files === undefined ? {} : { files }),
    ...(snapshotAfter === undefined ? {} : { snapshotAfter }),
    system: settings.system === undefined ? systemPrompt(folder) : readSystem(settings.system),
  })
}

/**
 * What a request need not carry: one way to edit (models of OpenAI were taught patches, all others replacements), and no `ls`, which `shell` and `glob` do
 * as well. A request's overhead has its bound, so a tool that is to be handed out is named here.
 */
function toolsFor({ id }: Model, tools: readonly Tool[]): readonly Tool[] {
  const edits = id.startsWith('openai/') ? 'apply_patch' : 'edit'
  const handed = new Set([edits, 'glob', 'grep', 'read', 'shell', 'write'])
  return tools.filter(({ name }) => handed.has(name))
}

function sandboxed(confinement: Confinement | undefined): Pick<ToolkitOptions, 'sandbox' | 'profile'> {
  return confinement === undefined ? {} : { sandbox: confinement.sandbox, profile: confinement.profile }
}

function readSystem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw invalidSetting(path, 'the system prompt cannot be read', 'name a text file with --system', error)
  }
}
