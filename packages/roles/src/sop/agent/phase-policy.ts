import { isAbsolute, relative, resolve } from 'node:path'

import type { Effect, Policy, ToolPolicy } from '@keepup/core'

import { matchesAny, matchesPattern } from '../definition/match-pattern.ts'
import type { PhaseTools } from '../definition/sop.ts'
import { requestToolName } from './request-transition.ts'

/** Which tools a phase may use. */
export function phaseToolPolicy(tools: PhaseTools = {}): ToolPolicy {
  const { allow, deny = [] } = tools
  return (name) => {
    if (name === requestToolName) return true
    if (deny.some((pattern) => matchesPattern(pattern, name))) return false
    return allow === undefined || allow.some((pattern) => matchesPattern(pattern, name))
  }
}

/** Where a phase works, and what it may. */
export interface PhaseBounds {
  readonly phase: string
  readonly tools: PhaseTools | undefined
  /** The project's folder, absolute. */
  readonly root: string
  /** A branch of a parallel phase: it changes nothing. */
  readonly reads: boolean
}

/**
 * Denies calls of tools that a phase may not use, and those that declare to write or delete files that it may not edit. A command whose effects cannot be known is not denied for
 * that: what it changed is held against the same patterns before the phase is left.
 */
export function phasePolicy({ phase, tools, root, reads }: PhaseBounds): Policy {
  const mayUse = phaseToolPolicy(tools)
  const edit = reads ? [] : tools?.edit
  return ({ tool, effects }) => {
    if (!mayUse(tool.name)) {
      return {
        type: 'deny',
        reason: `The phase ${phase} does not allow the tool ${tool.name}. Use another one, or ask to leave the phase with ${requestToolName}.`,
      }
    }
    const beyond = edit === undefined ? undefined : effects.find((effect) => isBeyond(effect, root, edit))
    if (beyond === undefined) return { type: 'allow' }
    const allowed = edit === undefined || edit.length === 0 ? 'no file' : edit.join(', ')
    return {
      type: 'deny',
      reason: `The phase ${phase} may edit ${allowed}, and this would ${beyond.kind} ${beyond.target}.`,
    }
  }
}

function isBeyond({ kind, target }: Effect, root: string, edit: readonly string[]): boolean {
  if ((kind !== 'write' && kind !== 'delete') || target === '*') return false
  const path = relative(root, resolve(root, target)).replaceAll('\\', '/')
  // What lies elsewhere is not the procedure's business: modes and rules decide about it.
  if (path.startsWith('../') || isAbsolute(path)) return false
  return !matchesAny(edit, path)
}
