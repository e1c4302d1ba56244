import { isObject } from '../answer/answer-reader.ts'
import type { CommandHook } from '../command-hook.ts'
import { gemini } from '../dialect/gemini.ts'
import {
  type ConfiguredEntry,
  expectObject,
  onFailureOf,
  readGroups,
  shellHandler,
  timeoutOf,
  unsupportedHandler,
} from './configuration-reader.ts'
import type { HookConfiguration, ReadOptions } from './hook-configuration.ts'

/** Keys of older files that stand beside the events: settings of all hooks. */
const settings = ['enabled', 'disabled', 'notifications']

/**
 * Reads the `hooks` of a settings.json of Gemini CLI, given as parsed JSON. Hooks of one event of which any is in a `sequential` group run one after another.
 * Hooks that are listed as `disabled` are left out. Fails `configuration-invalid`, naming the place.
 */
export function readGeminiHooks(value: unknown, options: ReadOptions = {}): HookConfiguration {
  const { source = gemini.program } = options
  const { hooks = {}, hooksConfig } = expectObject(value, source, '#')
  const config = { ...(isObject(hooks) ? hooks : {}), ...(isObject(hooksConfig) ? hooksConfig : {}) }
  if (config['enabled'] === false) return { hooks: [], warnings: [`${source}: hooks are switched off.`] }
  const off = Array.isArray(config['disabled']) ? config['disabled'] : []
  const read = (
    configured: ConfiguredEntry,
    warn: (text: string) => void,
  ): ReturnType<typeof readEntry> | undefined => {
    const { name, command } = configured.entry
    const isOff = [name, command].some((told) => typeof told === 'string' && off.includes(told))
    if (isOff) warn('is switched off by "disabled".')
    return isOff ? undefined : readEntry(configured, warn)
  }
  const found = readGroups(hooks, { dialect: 'gemini', read, settings }, options)
  return { ...found, hooks: inSequence(found.hooks) }
}

function readEntry(
  configured: ConfiguredEntry,
  warn: (text: string) => void,
): Omit<CommandHook, 'name' | 'dialect' | 'event' | 'matcher'> {
  const { type, command } = configured.entry
  const handler =
    type === 'command' ? shellHandler(command, 'bash') : unsupportedHandler(type, 'which cannot be run here')
  if (handler.type === 'unsupported') warn(`cannot be run: ${handler.why}`)
  return {
    handler,
    timeout: timeoutOf(configured, 1, 60_000),
    onFailure: onFailureOf(configured),
    ...(configured.group['sequential'] === true ? { sequential: true } : {}),
  }
}

/** One sequential group makes all hooks of its event sequential. */
function inSequence(hooks: readonly CommandHook[]): readonly CommandHook[] {
  const events = new Set(hooks.flatMap(({ event, sequential }) => (sequential === true ? [event] : [])))
  return hooks.map((hook) => (events.has(hook.event) ? { ...hook, sequential: true } : hook))
}
