import { randomUUID } from 'node:crypto'

import { type ArtifactStore, type Clock, type Mode, type Tool, trustedLabel } from '@keepup/core'
import { createToolCoordinator } from '@keepup/tools'

import { usageError } from '../error-report.ts'
import type { RunParts } from '../running/open-run-parts.ts'
import type { FinishedCallView } from '../terminal/outcome-line.ts'

/** What runs a person's own commands. */
export interface CommandParts extends Pick<RunParts, 'hooks' | 'permissions'> {
  readonly tools: readonly Tool[]
  readonly mode: Mode
  readonly artifacts: ArtifactStore
  readonly clock: Clock
}

/** Runs commands that a person types, through the one path that every call takes. That they typed it is the leave that would be asked for; what a rule denies stays denied. */
export function commandRunner({ tools, mode, permissions, hooks, artifacts, clock }: CommandParts) {
  const coordinator = createToolCoordinator({
    registry: tools,
    modePolicy: permissions,
    artifacts,
    ...(hooks === undefined ? {} : { hooks }),
  })
  return async (line: string, signal: AbortSignal): Promise<FinishedCallView> => {
    if (!tools.some(({ name }) => name === 'shell')) {
      throw usageError('there is no shell in this role', 'run it in another terminal')
    }
    const key = randomUUID()
    const input = { command: line }
    const call = { thread: 'session', id: key, key, name: 'shell', input }
    const since = clock.now()
    const prepared = await coordinator.prepare(call, { mode, exposure: trustedLabel, signal })
    if (prepared.type === 'refused') return { tool: 'shell', input, outcome: prepared.outcome }
    const ready = prepared.type === 'ask' ? prepared.ready : prepared
    const { outcome } = await ready.run({
      call,
      signal,
      clock,
      idempotencyKey: key,
      progress: () => {},
      processStarted: () => Promise.resolve(),
    })
    return { tool: 'shell', input, outcome, duration: clock.now() - since }
  }
}
