import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { canonicalJson, type Guard, type JsonValue } from '@keepup/core'
import {
  type Defence,
  defence,
  type DefenceFile,
  defenceGuard,
  inferAnnotation,
  isPresetName,
  presets,
  readDefenceFile,
  type ThreadDefence,
  toolkitAnnotations,
  type Workplace,
} from '@keepup/mcp-security/defence'
import { isProtectedPath, parseJson } from '@keepup/permissions'

import type { Environment } from '../host.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import { readPlainFile } from '../settings/read-plain-file.ts'
import type { Settings } from '../settings/setting.ts'
import { home } from '../settings/user-file.ts'
import { stoodForCall } from '../stood-for-call.ts'
import { rememberedAnswers } from './remembered-answers.ts'
import { serverAnnotations } from './server-annotations.ts'

/** Where calls are judged. */
export interface DefencePlace {
  readonly folder: string
  readonly environment: Environment
  /** Commands are confined to the workspace and reach no host. */
  readonly confined?: boolean
}

/** The defence of a run, and the guard that puts it in force. */
export interface OpenedDefence {
  readonly defence: Defence
  readonly guard: Guard<ThreadDefence>
}

/** The defence that the settings name, over the tools of a folder. Fails `configuration-invalid` where its file is wrong. */
export async function openDefence(
  { defence: setting }: Pick<Settings, 'defence'>,
  place: DefencePlace,
): Promise<OpenedDefence> {
  const { policy, annotations: own, owner } = readSetting(setting)
  const annotations = {
    ...toolkitAnnotations,
    ...(await serverAnnotations(place.folder, place.environment)),
    ...own,
  }
  const workplace = workplaceOf(place)
  const opened = defence({
    policy,
    annotations,
    owner,
    workplace,
    standsFor: stoodForCall,
    infer: inferAnnotation,
  })
  // What was seen is folded with these: others would have seen it otherwise.
  const basis = { annotations, owner, root: workplace.root } as unknown as JsonValue // plain data
  return {
    defence: opened,
    guard: defenceGuard(opened, versionOf(basis), rememberedAnswers(place.folder, place.environment)),
  }
}

/** The policy that a setting names: a preset, or a file. */
export function readSetting(setting: string): DefenceFile {
  if (isPresetName(setting)) return { policy: presets[setting], annotations: {}, owner: {} }
  return readDefenceFile(parseJson(readText(setting), setting), setting)
}

function readText(path: string): string {
  try {
    return readPlainFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'configuration-invalid') throw error
    throw invalidSetting(
      path,
      `the policy cannot be read (${String(code)})`,
      'name a preset or a readable file with --defence',
      error,
    )
  }
}

function workplaceOf({ folder, environment, confined = false }: DefencePlace): Workplace {
  return {
    root: real(folder),
    home: real(home(environment)),
    realPath: followed,
    scratch: [real(environment['TMPDIR'] || '/tmp')],
    takesOrders: (path) => isProtectedPath(path, path.endsWith('/**')),
    ...(confined ? { confined } : {}),
  }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** What does not exist yet is where its nearest parent that does is. */
function followed(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(followed(parent), basename(path))
  }
}

/** A number that is another one where the basis is. */
function versionOf(basis: JsonValue): number {
  return createHash('sha256').update(canonicalJson(basis)).digest().readUIntBE(0, 6)
}
