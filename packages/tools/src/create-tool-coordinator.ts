import {
  type ArtifactStore,
  type Clock,
  type FindOrigins,
  type Hooks,
  KeepupError,
  type Milliseconds,
  type Policy,
  type Tool,
  type ToolCoordinator,
} from '@keepup/core'

import { createToolRegistry, type RegisteredTool, type ToolRegistry } from './create-tool-registry.ts'
import { isDuration, longestDuration } from './duration.ts'
import { modePolicy } from './mode-policy.ts'
import { prepareCall } from './prepare-call.ts'

/** The parts of a coordinator. */
export interface ToolCoordinatorOptions {
  readonly registry: ToolRegistry | readonly Tool[]
  /** Asked of every call, beside the mode policy. Their order means nothing: deny beats ask beats allow. */
  readonly policies?: readonly Policy[]
  /** Stands in for the shipped `modePolicy`, which is asked of every call otherwise. */
  readonly modePolicy?: Policy
  /** Run before and after every call, and where a person would be asked. */
  readonly hooks?: Hooks
  /** Keeps what an output leaves out. */
  readonly artifacts?: ArtifactStore
  /** How long a call may take where its tool does not say: 120 seconds. */
  readonly timeout?: Milliseconds
  /** How much text of an output the model is shown, in characters: 50,000; and never more than 2,000 lines. */
  readonly outputLimit?: number
  /** Measures time-outs; the one of each call's context otherwise. */
  readonly clock?: Clock
  /** Finds trusted places in the thread where an argument's value stands; without it, nothing has authority. */
  readonly findOrigins?: FindOrigins
}

/** @limit In milliseconds: how long a call may take where its tool does not say. */
const usualTimeout: Milliseconds = 120_000
/** @limit In characters: how much text of an output the model is shown; the whole is stored. */
const usualOutput = 50_000
/** @limit In lines: how long a text of an output may be that the model is shown. */
const mostLines = 2_000

/**
 * The one path that every call takes: see `ToolCoordinator` of core. Fails `tool-invalid` where a tool cannot be registered, and
 * `configuration-invalid` where a bound makes no sense.
 */
export function createToolCoordinator(options: ToolCoordinatorOptions): ToolCoordinator {
  const { registry: given, policies = [], timeout = usualTimeout, outputLimit = usualOutput } = options
  checkBounds(timeout, outputLimit)
  const registry = isRegistry(given) ? given : createToolRegistry(given)
  const parts = {
    registry,
    policies: [options.modePolicy ?? modePolicy, ...policies],
    hooks: options.hooks,
    artifacts: options.artifacts,
    timeout,
    limit: { characters: outputLimit, lines: mostLines },
    clock: options.clock,
    findOrigins: options.findOrigins,
    others: new WeakMap<Tool, RegisteredTool>(),
  }
  return {
    definitions: (policy) => registry.definitions(policy),
    prepare: (call, situation) => prepareCall(parts, call, situation),
  }
}

function checkBounds(timeout: Milliseconds, outputLimit: number): void {
  if (!isDuration(timeout)) {
    const range = `milliseconds, from 1 to ${longestDuration}`
    throw new KeepupError('configuration-invalid', `\`timeout\` of the tools is ${timeout}. Give ${range}.`)
  }
  if (!(outputLimit >= 1)) {
    throw new KeepupError(
      'configuration-invalid',
      `\`outputLimit\` is ${outputLimit}. Give characters, at least 1.`,
    )
  }
}

function isRegistry(given: ToolRegistry | readonly Tool[]): given is ToolRegistry {
  return 'definitions' in given
}
