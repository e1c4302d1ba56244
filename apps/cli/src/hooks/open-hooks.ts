import { KeepupError } from '@keepup/core'
import type { RunningHooks } from '@keepup/hooks'

import type { Environment } from '../host.ts'
import type { Settings } from '../settings/setting.ts'
import type { FoundHooks } from './find-hooks.ts'
import { hookPlaces } from './hook-places.ts'

/** What the hooks of a run are made of. */
export interface HookOrder {
  readonly settings: Settings
  readonly folder: string
  readonly environment: Environment
  /** The model's name, for payloads that tell it. */
  readonly model: string
  /** Tells a person something before the run. */
  readonly note: (text: string) => void
  /** Tells a person something while it goes on. */
  readonly tell: (text: string) => void
}

/**
 * The hooks of a run; `undefined` where none is configured, which costs a look for the files. Those of a project that nobody approved are not run: that is said, or
 * fails `configuration-invalid` where the settings want it so.
 */
export async function openHooks({
  settings,
  folder,
  environment,
  model,
  note,
  tell,
}: HookOrder): Promise<RunningHooks | undefined> {
  if (hookPlaces(settings.hooks, folder, environment).length === 0) return undefined
  const { findHooks } = await import('./find-hooks.ts')
  const { createHooks } = await import('@keepup/hooks')
  const found = await findHooks({ named: settings.hooks, folder, environment })
  for (const { warnings } of found) for (const warning of warnings) note(warning)
  for (const left of found.filter(isLeftOut)) leaveOut(left, settings.untrustedHooks, note)
  const hooks = found.flatMap(({ hooks: ofFile, trusted }) => (trusted ? ofFile : []))
  return hooks.length === 0 ? undefined : createHooks({ hooks, folder, environment, model, tell })
}

/** Whether a file has hooks, or may have, that are not run. */
export function isLeftOut({ hooks, trusted, problem }: FoundHooks): boolean {
  return problem !== undefined || (!trusted && hooks.length > 0)
}

function leaveOut(
  { path, hooks, problem }: FoundHooks,
  way: Settings['untrustedHooks'],
  note: (text: string) => void,
): void {
  const count = hooks.length === 1 ? '1 hook' : `${hooks.length} hooks`
  const be = hooks.length === 1 ? 'is' : 'are'
  const what = problem ?? `${count} of ${path} ${be} not run, because nobody approved what stands there now`
  if (way === 'skip') {
    note(`${what} (keepup hooks list, keepup hooks trust)`)
    return
  }
  throw new KeepupError('configuration-invalid', what, {
    details: { fix: 'look at them with keepup hooks list, then approve them with keepup hooks trust' },
  })
}
