import { realpathSync } from 'node:fs'

import { type Hash, KeepupError } from '@keepup/core'
import {
  type CommandHook,
  type HookConfiguration,
  hookDigest,
  pinHooks,
  readClaudeHooks,
  readClineHooks,
  readCodexHooks,
  readGeminiHooks,
} from '@keepup/hooks'

import type { Environment } from '../host.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import { readPlainFile } from '../settings/read-plain-file.ts'
import { withoutComments } from '../settings/without-comments.ts'
import { type HookPlace, hookPlaces, type HookProgram } from './hook-places.ts'
import { readTrusted } from './trusted-hooks.ts'

/** The hooks of one file or folder. */
export interface FoundHooks extends HookPlace {
  /** What trust is kept by: the real path. */
  readonly file: string
  readonly hooks: readonly CommandHook[]
  readonly warnings: readonly string[]
  /** Of what exactly would be approved. */
  readonly digest: Hash
  /** Whether they are run. */
  readonly trusted: boolean
  /** Why a project's file could not be read. */
  readonly problem?: string
}

/** Where hooks are looked for. */
export interface HookSearch {
  /** The setting `hooks`. */
  readonly named: string | undefined
  readonly folder: string
  readonly environment: Environment
}

/**
 * Reads every configuration of hooks that is there. A person's own that cannot be read fails `configuration-invalid`; a project's is a problem that is told: a
 * stranger's file must not be able to end a run.
 */
export async function findHooks({ named, folder, environment }: HookSearch): Promise<readonly FoundHooks[]> {
  const trusted = readTrusted(environment)
  const places = hookPlaces(named, folder, environment)
  return Promise.all(
    places.map(async (place): Promise<FoundHooks> => {
      const file = realpathSync(place.path)
      const { hooks: read, warnings, problem } = readPlace(place)
      const hooks = place.level === 'project' ? await pinHooks(read, folder) : read
      const digest = hookDigest(hooks)
      return {
        ...place,
        file,
        hooks,
        warnings,
        digest,
        trusted: place.level === 'user' || trusted.get(file) === digest,
        ...(problem === undefined ? {} : { problem }),
      }
    }),
  )
}

function readPlace(place: HookPlace): HookConfiguration & { readonly problem?: string } {
  try {
    return readers[place.program](place.path)
  } catch (error) {
    if (place.level === 'user' || !KeepupError.is(error)) throw error
    return { hooks: [], warnings: [], problem: error.message }
  }
}

const readers: Readonly<Record<HookProgram, (path: string) => HookConfiguration>> = {
  keepup: (path) => readClaudeHooks(readJson(path), { source: path }),
  claude: (path) => readClaudeHooks(readJson(path), { source: path }),
  codex: (path) => readCodexHooks(readJson(path), { source: path }),
  gemini: (path) => readGeminiHooks(readJson(path), { source: path }),
  cline: (path) => readClineHooks(path),
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(withoutComments(readPlainFile(path).replace(/^\uFEFF/, '')))
  } catch (error) {
    if (KeepupError.is(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw invalidSetting(path, `is not JSON: ${reason}`, 'correct that place, or move the file away', error)
  }
}
