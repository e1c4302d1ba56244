import type { Effect, Policy } from '@keepup/core'

const changing: readonly Effect['kind'][] = ['write', 'delete', 'input']

/**
 * What a mode allows by itself: `yolo` allows everything, every other mode only calls that are `safe` to repeat and declare no effect that
 * changes something. Pure; the coordinator always asks it first.
 */
export const modePolicy: Policy = ({ mode, repeat, effects, tool }) => {
  if (mode === 'yolo') return { type: 'allow' }
  if (repeat === 'safe' && !effects.some(({ kind }) => changing.includes(kind))) return { type: 'allow' }
  return {
    type: 'deny',
    reason: `Mode "${mode}" only allows calls that change nothing, and "${tool.name}" may change something. The user can allow it by running in mode "yolo".`,
  }
}
