import type { FlagTexts } from './resolve-settings.ts'
import { settingNames, settingTable } from './setting-table.ts'
import type { SettingName } from './setting.ts'

/** The settings among a command's flags, by the name of the setting. */
export function flagTexts(flags: object): FlagTexts {
  const given = new Map(Object.entries(flags))
  const texts: Partial<Record<SettingName, string>> = {}
  for (const name of settingNames) {
    const text: unknown = given.get(camelCase(settingTable[name].flag))
    if (typeof text === 'string') texts[name] = text
  }
  return texts
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
