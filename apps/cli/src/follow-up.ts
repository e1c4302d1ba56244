import type { ThreadId } from '@keepup/core'

import { withoutPassword } from './settings/database-address.ts'
import type { FlagTexts } from './settings/resolve-settings.ts'
import { settingNames, settingTable } from './settings/setting-table.ts'
import type { SettingName } from './settings/setting.ts'
import { shellWords } from './shell-words.ts'

/** Commands that a person may type next, with the flags of this one. */
export interface FollowUp {
  resume(changes?: FlagTexts): string
  /** A command on the thread that needs the store alone. */
  about(verb: string, rest?: string): string
  say(): string
}

/** Follow-up commands for a thread. `command`: what a person types to start the program; `folder`: what `--cwd` said. */
export function followUp(
  command: string,
  thread: ThreadId,
  flags: FlagTexts,
  folder: string | undefined,
): FollowUp {
  const line = (words: readonly string[], rest = ''): string =>
    `${command} ${shellWords(words)}${rest === '' ? '' : ` ${rest}`}`
  const store = (['store', 'keys', 'keyRing'] as const).flatMap((name) => flagWords(name, flags[name]))
  const place = folder === undefined ? [] : ['--cwd', folder]
  const all = (changes: FlagTexts = {}): readonly string[] => {
    const merged: FlagTexts = { ...flags, ...changes }
    return settingNames.flatMap((name) => flagWords(name, merged[name]))
  }
  return {
    resume: (changes) => line(['resume', thread, ...all(changes), ...place]),
    about: (verb, rest) =>
      line([verb, thread], [rest ?? '', shellWords(store)].filter((part) => part !== '').join(' ')),
    say: () => line(['run', '--thread', thread, ...all(), ...place], '"..."'),
  }
}

function flagWords(name: SettingName, text: string | undefined): readonly string[] {
  // A password does not belong on a screen; the driver finds it in PGPASSWORD or ~/.pgpass.
  return text === undefined
    ? []
    : [`--${settingTable[name].flag}`, name === 'store' ? withoutPassword(text) : text]
}
