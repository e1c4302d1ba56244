import type { ContextPolicy, Model } from '@keepup/core'

import { assumedWindow } from './assumed-window.ts'

/** Below this share of a window no policy has anything to do, so that nothing of it is loaded. */
const earliest = 0.4

/** The context policy of a run: `contextPolicy` of `@keepup/memory/context`, loaded when a window has begun to fill. */
export function runContextPolicy({ id }: Pick<Model, 'id'>): ContextPolicy {
  let loading: Promise<ContextPolicy> | undefined
  const policy: ContextPolicy = async (situation) => {
    loading ??= import('@keepup/memory/context').then(({ contextPolicy }) => contextPolicy())
    return (await loading)(situation)
  }
  policy.isDue = (estimate, window) => estimate > earliest * window
  return Object.assign(policy, { assumedWindow: assumedWindow(id) })
}
