import { resolve } from 'node:path'

import { isDefencePreset } from '../defence/defence-preset.ts'
import type { Environment } from '../host.ts'
import { isNoKeyFile } from '../keys/key-place.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { isDatabaseAddress } from './database-address.ts'
import { invalidSetting, showValue } from './invalid-setting.ts'
import { findProjectFile } from './project-file.ts'
import { checkProjectSetting, widens } from './project-trust.ts'
import { settingNames, settingTable } from './setting-table.ts'
import type { SettingName, Settings } from './setting.ts'
import { defaultStore, userFile } from './user-file.ts'

/** What stands on the command line, as texts that were checked already. */
export type FlagTexts = Partial<Readonly<Record<SettingName, string>>>

/** One effective setting and where it came from. */
export interface ExplainedSetting {
  readonly name: SettingName
  readonly value: string
  /** `flag --mode`, `environment KEEPUP_MODE`, `project file PATH`, `user file PATH`, `default`. */
  readonly from: string
}

/** The effective settings, with the origin of each. */
export interface ResolvedSettings {
  readonly settings: Settings
  readonly explained: readonly ExplainedSetting[]
}

interface Source {
  readonly from: string
  readonly text: string
  readonly folder: string
}

/** Where settings are looked for. */
export interface SettingPlaces {
  readonly flags: FlagTexts
  readonly environment: Environment
  /** Where the program was started: file names in flags and variables start there. */
  readonly here: string
  /** Where the agent works: the project's file is looked for there and above. */
  readonly folder: string
}

/**
 * Decides every setting: flags over environment over project file over user file over defaults; a project's mode and limits only as far as
 * they do not exceed those of the user's file. Fails `configuration-invalid`.
 */
export function resolveSettings({ flags, environment, here, folder }: SettingPlaces): ResolvedSettings {
  const projectPath = findProjectFile(folder)
  const project = projectPath === undefined ? undefined : readConfigFile(projectPath)
  const user = readConfigFile(userFile(environment))
  const values: Partial<Record<SettingName, unknown>> = {}
  const explained = settingNames.map((name) => {
    const source =
      fromFlag(name, flags, here) ??
      fromEnvironment(name, environment, here) ??
      fromFiles(name, project, user) ??
      fromDefault(name, environment, here)
    const value = source === undefined ? undefined : valueOf(name, source)
    if (value !== undefined) values[name] = value
    return { name, value: display(name, value), from: source?.from ?? 'default' }
  })
  // Every required setting has a default, and every value went through its parser.
  return { settings: values as unknown as Settings, explained }
}

function fromFlag(name: SettingName, flags: FlagTexts, folder: string): Source | undefined {
  const text = flags[name]
  return text === undefined ? undefined : { from: `flag --${settingTable[name].flag}`, text, folder }
}

function fromEnvironment(name: SettingName, environment: Environment, folder: string): Source | undefined {
  const { variable } = settingTable[name]
  const text = environment[variable]
  return text === undefined || text === '' ? undefined : { from: `environment ${variable}`, text, folder }
}

function fromFiles(
  name: SettingName,
  project: ConfigFile | undefined,
  user: ConfigFile | undefined,
): Source | undefined {
  const [ofProject, ofUser] = [project?.texts.get(name), user?.texts.get(name)]
  if (project !== undefined && ofProject !== undefined) {
    checkProjectSetting(name, ofProject, project)
    if (ofUser === undefined || !widens(name, ofProject, ofUser))
      return fromFile('project', project, ofProject)
  }
  return user === undefined || ofUser === undefined ? undefined : fromFile('user', user, ofUser)
}

function fromFile(kind: 'project' | 'user', { path, folder }: ConfigFile, text: string): Source {
  return { from: `${kind} file ${path}`, text, folder }
}

function fromDefault(name: SettingName, environment: Environment, folder: string): Source | undefined {
  const defaults: FlagTexts = {
    mode: 'ask',
    unattended: 'deny',
    defence: 'balanced',
    sandbox: 'off',
    snapshots: 'on',
    instructions: 'auto',
    skills: 'on',
    memory: 'off',
    untrustedHooks: 'skip',
    store: defaultStore(environment),
    turns: '100',
  }
  const text = defaults[name]
  return text === undefined ? undefined : { from: 'default', text, folder }
}

function valueOf(name: SettingName, source: Source): string | number {
  const setting = settingTable[name]
  const value = setting.parse(source.text)
  if (value === undefined) {
    throw invalidSetting(source.from, `is ${showValue(source.text)}`, `write ${setting.expected}`)
  }
  const isElsewhere =
    (name === 'store' && isDatabaseAddress(String(value))) ||
    (name === 'keys' && isNoKeyFile(String(value))) ||
    (name === 'defence' && isDefencePreset(String(value)))
  const isFile = setting.file === true && !isElsewhere
  return isFile ? resolve(source.folder, String(value)) : value
}

function display(name: SettingName, value: string | number | undefined): string {
  if (value === undefined) return name === 'model' ? 'found by itself' : 'none'
  const show: (shown: never) => string = settingTable[name].show
  return show(value as never) // the value came from this setting's own parser
}
