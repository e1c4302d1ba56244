import type { SopPhase } from './sop.ts'

/** The phases that a phase names, each with the place where it does. */
export function targetsOf({
  on,
}: SopPhase): readonly { readonly to: string; readonly path: readonly string[] }[] {
  if (on === undefined) return []
  const { pass, fail, exhausted, needsInput, conflict } = on
  const rollback = typeof fail?.rollback === 'object' ? fail.rollback.to : undefined
  return [
    { to: pass, path: ['on', 'pass'] },
    ...(fail?.goto === undefined ? [] : [{ to: fail.goto, path: ['on', 'fail', 'goto'] }]),
    ...(rollback === undefined ? [] : [{ to: rollback, path: ['on', 'fail', 'rollback', 'to'] }]),
    ...(exhausted === undefined ? [] : [{ to: exhausted, path: ['on', 'exhausted'] }]),
    ...(needsInput === undefined ? [] : [{ to: needsInput, path: ['on', 'needsInput'] }]),
    ...(conflict === undefined ? [] : [{ to: conflict, path: ['on', 'conflict'] }]),
  ]
}
