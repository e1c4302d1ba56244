import type { Guard, GuardedArgument, ToolCall, ValueOrigin } from '@keepup/core'

import type { Evidence } from '../decide/evidence.ts'
import type { Defence } from '../defence.ts'
import { labelOf } from '../observe/label-result.ts'
import type { Origin } from '../rules/origin.ts'
import { defenceFold } from '../thread/defence-fold.ts'
import { inputOf } from '../thread/input-of.ts'
import { initialThreadDefence, type ThreadDefence } from '../thread/thread-defence.ts'
import { type GuardedJudgement, judgeGuarded } from './judge-guarded.ts'

/** @limit Characters: where a longer value stands is not looked for. */
const longestSought = 2000

/** Origins that give a value authority by a place in the thread. */
const vouching: ReadonlySet<Origin> = new Set([
  'prompt',
  'own',
  'trusted',
  'structured-directed',
  'designated',
  'ranked',
])

/**
 * The defence as a guard: for `guards` of the runtime. What it knows is a fold over the thread, so it decides the same after a crash, in another process and in a fork.
 * `version` names the annotations: raise it where they change. `remembers` says what a person allowed for good.
 */
export function defenceGuard(
  guard: Defence,
  version = 1,
  remembers?: GuardedJudgement['remembers'],
): Guard<ThreadDefence> {
  return {
    fold: defenceFold(guard, version),
    // What was said and read is not known any more: so nothing has authority, and everything may have been read.
    rebase() {
      const { seen, open } = initialThreadDefence
      return { seen: { ...seen, exposed: true, private: true, strayed: true }, open }
    },
    decide: ({ seen }, call) => judgeGuarded(guard, seen, call, { knowsAll: true, remembers }),
    findOrigins({ seen }, argument, call) {
      return findOrigins(guard, seen, argument, call)
    },
  }
}

function findOrigins(
  guard: Defence,
  seen: ThreadDefence['seen'],
  argument: Omit<GuardedArgument, 'origins'>,
  { name }: ToolCall,
): readonly ValueOrigin[] {
  if (typeof argument.value === 'string' && argument.value.length > longestSought) return []
  const evidence = guard.evidence(seen, { tool: name, input: inputOf([argument]) }, argument.pointer)
  return evidence.flatMap(originOf)
}

function originOf({ origin, leaf, entry = leaf?.entry }: Evidence): readonly ValueOrigin[] {
  if (entry === undefined || !vouching.has(origin)) return []
  if (leaf !== undefined)
    return [{ entry, pointer: `/outcome/output/structured${leaf.pointer}`, label: labelOf(leaf) }]
  const label = { integrity: 'trusted', sources: ['user'], readers: 'anyone', confidential: false } as const
  return [{ entry, pointer: '/message/content', label }]
}
