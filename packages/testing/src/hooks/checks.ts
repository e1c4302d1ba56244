import { answerChecks } from './answer-checks.ts'
import type { HookHarness } from './harness.ts'
import type { HookCheck } from './hook-check.ts'
import { payloadChecks } from './payload-checks.ts'

/** The checks of the dialects that an adapter speaks: what hooks are told, and what their answers mean. */
export function hookChecks({ dialects }: HookHarness): readonly HookCheck[] {
  const all = [...payloadChecks, ...answerChecks]
  return dialects === undefined ? all : all.filter(({ dialect }) => dialects.includes(dialect))
}
