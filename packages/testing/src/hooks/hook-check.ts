import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { HookVerdict, Mode } from '@keepup/core'

import type { Check } from '../check.ts'
import type { HookDialect, HookHarness } from './harness.ts'
import { type MomentName, moments } from './moments.ts'

/** A check of hooks in one dialect. */
export interface HookCheck extends Check<HookHarness> {
  readonly dialect: HookDialect
}

/** One hook, and the moment it is run at. */
export interface HookRun {
  readonly event: string
  readonly command: string
  readonly at: MomentName
  /** `auto-edit` when left out. */
  readonly mode?: Mode
}

/** Hooks of a dialect in a folder of their own. */
export interface HookScene {
  readonly folder: string
  /** Runs a hook that is this command line. */
  readonly run: (hook: HookRun) => Promise<HookVerdict>
}

/** A check that runs hooks in a new folder, and leaves nothing of it. */
export function hookCheck(
  dialect: HookDialect,
  name: string,
  body: (scene: HookScene) => Promise<void>,
): HookCheck {
  const run = async (harness: HookHarness): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'keepup-hooks-'))
    try {
      await body({ folder, run: (hook) => runOne(harness, { dialect, folder, ...hook }) })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return { dialect, name: `${dialect}: ${name}`, run }
}

async function runOne(
  harness: HookHarness,
  { at, mode = 'auto-edit', ...hook }: HookRun & { readonly dialect: HookDialect; readonly folder: string },
): Promise<HookVerdict> {
  const environment = { PATH: process.env['PATH'], USER: 'me', MINE: '1' }
  const hooks = harness.create({ ...hook, environment, model: 'a/b' })
  const { signal } = new AbortController()
  return hooks.run(moments[at], { thread: 'a-thread', mode, signal })
}
