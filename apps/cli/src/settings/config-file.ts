import { dirname } from 'node:path'

import { invalidSetting, showValue } from './invalid-setting.ts'
import { nearest } from './nearest.ts'
import { readPlainFile } from './read-plain-file.ts'
import { settingNames, settingTable } from './setting-table.ts'
import type { SettingName } from './setting.ts'
import { withoutComments } from './without-comments.ts'

/** What one configuration file sets. */
export interface ConfigFile {
  readonly path: string
  /** Relative file names in it start here. */
  readonly folder: string
  readonly texts: ReadonlyMap<SettingName, string>
}

/** Reads a configuration file; `undefined` where there is none. Everything wrong in it fails `configuration-invalid`, naming file, place, value and fix. */
export function readConfigFile(path: string): ConfigFile | undefined {
  const content = readIfPresent(path)
  if (content === undefined) return undefined
  const texts = new Map<SettingName, string>()
  collect(path, '', parse(path, content), texts)
  return { path, folder: dirname(path), texts }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readPlainFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'configuration-invalid') throw error
    throw invalidSetting(path, `cannot be read (${String(code)})`, 'make it readable, or move it away', error)
  }
}

function parse(path: string, content: string): unknown {
  try {
    return JSON.parse(withoutComments(content.replace(/^\uFEFF/, '')))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalidSetting(
      path,
      `is not JSON: ${reason}`,
      'correct that place, or start again with: keepup init',
      error,
    )
  }
}

/** Walks the objects of the file along the pointers of the table. */
function collect(path: string, pointer: string, value: unknown, texts: Map<SettingName, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidSetting(`${path}#${pointer}`, `is ${showValue(value)}`, 'write an object there: { ... }')
  }
  for (const [key, item] of Object.entries(value)) {
    const place = `${pointer}/${key}`
    if (place === '/$schema') continue
    const name = settingNames.find((candidate) => settingTable[candidate].pointer === place)
    if (name !== undefined) texts.set(name, readSetting(path, name, item))
    else if (groups().has(place)) collect(path, place, item, texts)
    else throw unknownKey(path, pointer, key, item)
  }
}

function readSetting(path: string, name: SettingName, value: unknown): string {
  const setting = settingTable[name]
  const text = typeof value === setting.json ? String(value) : undefined
  if (text === undefined || setting.parse(text) === undefined) {
    const meant = typeof value === 'string' ? nearest(value, setting.values ?? []) : undefined
    throw invalidSetting(
      `${path}#${setting.pointer}`,
      `is ${showValue(value)}`,
      `${meant === undefined ? '' : `did you mean "${meant}"? `}write ${setting.expected}, as a JSON ${setting.json}`,
    )
  }
  return text
}

function unknownKey(path: string, pointer: string, key: string, value: unknown): Error {
  const known = [...settingNames.map((name) => settingTable[name].pointer), ...groups()]
  const siblings = known
    .filter((place) => place.startsWith(`${pointer}/`))
    .map((place) => place.slice(pointer.length + 1))
  const here = siblings.filter((name) => !name.includes('/'))
  const meant = nearest(key, here)
  const fix =
    meant === undefined ? `remove it; known keys are ${here.join(', ')}` : `did you mean "${meant}"?`
  return invalidSetting(`${path}#${pointer}/${key}`, `is an unknown key (with ${showValue(value)})`, fix)
}

/** The pointers of objects that hold settings: `/limits`. */
function groups(): ReadonlySet<string> {
  const pointers = settingNames.map((name) => settingTable[name].pointer)
  return new Set(
    pointers
      .filter((place) => place.lastIndexOf('/') > 0)
      .map((place) => place.slice(0, place.lastIndexOf('/'))),
  )
}
