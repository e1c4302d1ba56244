import type { Mode } from '@keepup/core'

import { otherPrograms } from '../hooks/hook-places.ts'
import { toolGroups } from '../running/tool-group.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'
import { isDatabaseAddress, withoutPassword } from './database-address.ts'
import { parseDuration, showDuration } from './duration.ts'
import { parseMoney, showMoney } from './money.ts'
import type { Setting, SettingName, Settings } from './setting.ts'

/** The type of each setting's value. */
export type SettingTable = { readonly [Name in SettingName]-?: Setting<NonNullable<Settings[Name]>> }

/** How much an agent may do by itself, most careful first. */
export const modes: readonly Mode[] = ['plan', 'ask', 'auto-edit', 'auto', 'yolo']

const sandboxes = ['off', 'auto', 'bubblewrap', 'sandbox-runtime', 'seatbelt', 'container'] as const

/** The one table of what can be set; flags, variables, files, `config explain` and the documentation follow it. */
export const settingTable: SettingTable = {
  model: {
    ...text('model', 'KEEPUP_MODEL'),
    brief: 'Model: provider/name, openai-compatible:URL#NAME or scripted:FILE',
    placeholder: 'model',
    expected: 'provider/name, openai-compatible:URL#NAME or scripted:FILE',
    parse: (value) => (/^[^\s/:]+[/:]\S.*$/.test(value) ? value : undefined),
  },
  mode: {
    ...choice('mode', 'KEEPUP_MODE', modes),
    brief: 'How much the agent may do by itself',
  },
  unattended: {
    ...choice('unattended', 'KEEPUP_UNATTENDED', ['deny', 'wait'] as const),
    brief: 'When a call needs approval and nobody is there: deny it, or wait',
  },
  defence: {
    ...text('defence', 'KEEPUP_DEFENCE'),
    brief: 'Against injected orders: off, warn, balanced, strict or a policy file',
    placeholder: 'preset|file',
    expected: 'off, warn, balanced, strict, or the name of a policy file',
    file: true,
  },
  sandbox: {
    ...choice('sandbox', 'KEEPUP_SANDBOX', sandboxes),
    brief: 'What confines the shell: keepup doctor shows which there are',
  },
  snapshots: {
    ...choice('snapshots', 'KEEPUP_SNAPSHOTS', ['on', 'off'] as const),
    brief: "Keep the project's files as they were, to go back to",
  },
  tools: {
    ...text('tools', 'KEEPUP_TOOLS'),
    brief: 'Tools beside those for files and commands',
    placeholder: 'web,code,...',
    expected: `some of ${toolGroups.join(',')}`,
    parse: (value) => (value.split(',').every(isToolGroup) ? value : undefined),
  },
  hooks: {
    ...text('hooks', 'KEEPUP_HOOKS'),
    brief: "Whose hooks are run besides keepup's own",
    placeholder: 'claude,codex,...',
    expected: `some of ${otherPrograms.join(',')}`,
    parse: (value) => (value.split(',').every(isOtherProgram) ? value : undefined),
  },
  untrustedHooks: {
    ...choice('untrusted-hooks', 'KEEPUP_UNTRUSTED_HOOKS', ['skip', 'refuse'] as const),
    pointer: '/untrustedHooks',
    brief: "When a project's hooks are not approved: skip them, or refuse to run",
  },
  store: {
    ...text('store', 'KEEPUP_STORE'),
    brief: 'Where threads are kept: a file, or postgres://USER@HOST/DB',
    placeholder: 'file|address',
    expected: 'the name of a SQLite file, or an address like postgres://user@host:5432/database',
    parse: parseStore,
    show: withoutPassword,
    file: true,
  },
  keys: {
    ...text('keys', 'KEEPUP_KEYS'),
    brief: 'Root key of an encrypted store: see keepup store encrypt',
    placeholder: 'file|env:NAME|keychain',
    expected: 'the name of a key file, env:NAME for a variable, or keychain',
    parse: (value) => (/^(?:env:\W*|keychain:)$/.test(value.trim()) ? undefined : value.trim() || undefined),
    file: true,
  },
  keyRing: {
    ...text('key-ring', 'KEEPUP_KEY_RING'),
    pointer: '/keyRing',
    brief: 'Folder of the keys that the root key opens',
    placeholder: 'folder',
    expected: 'a folder name',
    file: true,
  },
  instructions: {
    ...choice('instructions', 'KEEPUP_INSTRUCTIONS', ['auto', 'all', 'off'] as const),
    brief: 'What AGENTS.md, CLAUDE.md, GEMINI.md say: the first there, all, or none',
  },
  skills: {
    ...choice('skills', 'KEEPUP_SKILLS', ['on', 'off'] as const),
    brief: 'Tell the agent which skills (SKILL.md) there are',
  },
  memory: {
    ...choice('memory', 'KEEPUP_MEMORY', ['off', 'observe', 'recall'] as const),
    brief: 'Remember what is said in runs of a project, and recall it in later ones',
  },
  system: {
    ...text('system', 'KEEPUP_SYSTEM'),
    brief: 'File whose text replaces the system prompt',
    placeholder: 'file',
    expected: 'a file name',
    file: true,
  },
  role: {
    ...text('role', 'KEEPUP_ROLE'),
    brief: 'Role to work in: keepup roles list shows them',
    placeholder: 'name',
    expected: 'the name of a role',
  },
  contextWindow: {
    ...count('/contextWindow', 'context-window', 'KEEPUP_CONTEXT_WINDOW'),
    brief: 'Tokens that the window of the model has (default: by the catalogue)',
  },
  turns: {
    ...count('/limits/turns', 'max-turns', 'KEEPUP_MAX_TURNS'),
    brief: 'Most model calls of a run',
  },
  money: {
    ...amount('/limits/cost', 'max-cost', 'KEEPUP_MAX_COST'),
    json: 'number',
    brief: 'Most US dollars of a run',
    placeholder: 'dollars',
    expected: 'an amount of US dollars above 0, like 0.50',
    parse: parseMoney,
    show: showMoney,
  },
  time: {
    ...amount('/limits/time', 'max-time', 'KEEPUP_MAX_TIME'),
    json: 'string',
    brief: 'Most wall time of a run',
    placeholder: 'duration',
    expected: 'a duration like 90s, 10m or 2h',
    parse: parseDuration,
    show: showDuration,
  },
  tokens: {
    ...count('/limits/tokens', 'max-tokens', 'KEEPUP_MAX_TOKENS'),
    brief: 'Most input and output tokens of a run',
  },
}

/** The names of the settings, in the order of the table. */
export const settingNames = Object.keys(settingTable) as SettingName[] // keyof is lost by Object.keys

function parseStore(value: string): string | undefined {
  const trimmed = value.trim()
  if (isDatabaseAddress(trimmed)) return URL.canParse(trimmed) ? trimmed : undefined
  return trimmed === '' || /^[\w+.-]+:\/\//.test(trimmed) ? undefined : value
}

function isOtherProgram(name: string): boolean {
  return otherPrograms.some((known) => known === name)
}

function isToolGroup(name: string): boolean {
  return toolGroups.some((known) => known === name)
}

function amount(pointer: string, flag: string, variable: string) {
  return { pointer, flag, variable }
}

function text(name: string, variable: string) {
  return {
    ...amount(`/${name}`, name, variable),
    json: 'string' as const,
    parse: (value: string) => (value.trim() === '' ? undefined : value),
    show: (value: string) => value,
  }
}

function choice<Value extends string>(name: string, variable: string, values: readonly Value[]) {
  return {
    ...amount(`/${name}`, name, variable),
    json: 'string' as const,
    values,
    placeholder: values.join('|'),
    expected: `one of ${values.join(', ')}`,
    parse: (value: string) => values.find((candidate) => candidate === value),
    show: (value: Value) => value,
  }
}

function count(pointer: string, flag: string, variable: string) {
  return {
    ...amount(pointer, flag, variable),
    json: 'number' as const,
    placeholder: 'number',
    expected: 'a whole number above 0',
    parse: (value: string) => {
      const number = Number(value)
      return Number.isSafeInteger(number) && number > 0 ? number : undefined
    },
    show: (value: number) => groupedDigits(value),
  }
}
