import { settingTable } from '../settings/setting-table.ts'
import type { SettingName } from '../settings/setting.ts'

/** The flags of every command that runs an agent. Settings are texts here: the table of settings says what they mean. */
export interface RunFlags {
  readonly model?: string
  readonly mode?: string
  readonly defence?: string
  readonly unattended?: string
  readonly sandbox?: string
  readonly snapshots?: string
  readonly tools?: string
  readonly hooks?: string
  readonly untrustedHooks?: string
  readonly store?: string
  readonly keys?: string
  readonly keyRing?: string
  readonly instructions?: string
  readonly skills?: string
  readonly memory?: string
  readonly system?: string
  readonly role?: string
  readonly contextWindow?: string
  readonly maxTurns?: string
  readonly maxCost?: string
  readonly maxTime?: string
  readonly maxTokens?: string
  readonly cwd?: string
  readonly json: boolean
}

/** A flag for a setting: its text is checked while the command line is read. */
export function settingFlag(name: SettingName) {
  const { brief, placeholder, expected, parse } = settingTable[name]
  return {
    kind: 'parsed',
    optional: true,
    brief,
    placeholder,
    parse: (text: string): string => {
      if (parse(text) === undefined) throw new Error(expected)
      return text
    },
  } as const
}

/** A flag that takes any text. */
export function textFlag(brief: string, placeholder: string) {
  return { kind: 'parsed', optional: true, brief, placeholder, parse: notEmpty } as const
}

/** Prints for programs instead of people. */
export function jsonFlag(brief: string) {
  return { kind: 'boolean', default: false, withNegated: false, brief } as const
}

/** The flags of every command that opens a store. */
export const storePlaceFlags = {
  store: settingFlag('store'),
  keys: settingFlag('keys'),
  keyRing: settingFlag('keyRing'),
}

/** The flags of {@link RunFlags}. */
export const runFlags = {
  model: settingFlag('model'),
  mode: settingFlag('mode'),
  defence: settingFlag('defence'),
  maxTurns: settingFlag('turns'),
  maxCost: settingFlag('money'),
  maxTime: settingFlag('time'),
  maxTokens: settingFlag('tokens'),
  unattended: settingFlag('unattended'),
  sandbox: settingFlag('sandbox'),
  snapshots: settingFlag('snapshots'),
  tools: settingFlag('tools'),
  hooks: settingFlag('hooks'),
  untrustedHooks: settingFlag('untrustedHooks'),
  ...storePlaceFlags,
  instructions: settingFlag('instructions'),
  skills: settingFlag('skills'),
  memory: settingFlag('memory'),
  system: settingFlag('system'),
  role: settingFlag('role'),
  contextWindow: settingFlag('contextWindow'),
  cwd: textFlag('Folder that the agent works in (default: here)', 'folder'),
  json: jsonFlag('Print every event as a line of JSON'),
}

/** A flag for the name of a thread, as threads may be named; one that begins with a dash could not be typed after `keepup show`. */
export function threadFlag(brief: string) {
  return { kind: 'parsed', optional: true, brief, placeholder: 'id', parse: threadName } as const
}

function threadName(text: string): string {
  const good = text.isWellFormed() && text.trim() !== '' && text.length <= 200 && !/^-|\p{Cc}/u.test(text)
  if (!good) throw new Error('a name of 1 to 200 characters without control characters or a dash in front')
  return text
}

function notEmpty(text: string): string {
  if (text.trim() === '') throw new Error('a text')
  return text
}
