import { relative, resolve } from 'node:path'

import { defencePresets, isDefencePreset } from '../defence/defence-preset.ts'
import type { ConfigFile } from './config-file.ts'
import { isDatabaseAddress } from './database-address.ts'
import { invalidSetting, showValue } from './invalid-setting.ts'
import { modes, settingTable } from './setting-table.ts'
import type { SettingName } from './setting.ts'

/**
 * A project's file comes with a repository that may be a stranger's: it may not let an agent change things unasked, send the project to a
 * server of its choice, or write outside of itself. What it may not set fails `configuration-invalid`.
 */
export function checkProjectSetting(name: SettingName, text: string, file: ConfigFile): void {
  const allowed = rules[name]?.(text, file.folder) ?? true
  if (allowed) return
  throw invalidSetting(
    `${file.path}#/${name}`,
    `is ${showValue(text)}, which a project's file may not set`,
    'set it by flag, by environment variable, or in your own ~/.config/keepup/config.json',
  )
}

const rules: Partial<Record<SettingName, (text: string, folder: string) => boolean>> = {
  mode: (text) => text === 'plan' || text === 'ask',
  model: (text) =>
    !text.includes('://') || /^[\w-]+:http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/#]/.test(text),
  // A project that names other programs would take away the guards of those that the person named.
  hooks: () => false,
  // Nor may it take away the way back.
  snapshots: (text) => text === 'on',
  // Some of them start programs of the project by themselves.
  tools: () => false,
  store: (text, folder) => !isDatabaseAddress(text.trim()) && isInside(text, folder),
  // Whose keys open what a person's agents did is that person's.
  keys: () => false,
  keyRing: () => false,
  system: isInside,
  // It may ask more of an agent than is usual, never less.
  defence: (text) => text === 'balanced' || text === 'strict',
  // What is kept of a person's words is theirs to choose.
  memory: () => false,
  // Whose words an agent is told is for the person to choose.
  role: () => false,
}

function isInside(text: string, folder: string): boolean {
  const path = relative(folder, resolve(folder, text))
  return path !== '' && path !== '..' && !path.startsWith('../') && !path.startsWith('/')
}

/** Whether a project's value gives an agent more than the person's own file does: then the person's stands. */
export function widens(name: SettingName, project: string, user: string): boolean {
  const rank = ranks[name]
  return rank !== undefined && rank(project) > rank(user)
}

const ranks: Partial<Record<SettingName, (text: string) => number>> = {
  mode: (text) => modes.findIndex((mode) => mode === text),
  untrustedHooks: (text) => (text === 'skip' ? 1 : 0),
  // A policy of one's own stands, whatever a project wants.
  defence: (text) => (isDefencePreset(text) ? defencePresets.length - defencePresets.indexOf(text) : 0),
  // Somebody who wants none of it is told none.
  instructions: (text) => ['off', 'auto', 'all'].indexOf(text),
  skills: (text) => (text === 'on' ? 1 : 0),
  // Whichever sandbox the person chose: a project may add one, never take it away.
  sandbox: (text) => (text === 'off' ? 1 : 0),
  turns: Number,
  money: (text) => settingTable.money.parse(text) ?? Infinity,
  time: (text) => settingTable.time.parse(text) ?? Infinity,
  tokens: Number,
}
