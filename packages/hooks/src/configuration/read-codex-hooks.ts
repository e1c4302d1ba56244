import type { CommandHook, HookHandler } from '../command-hook.ts'
import { codex } from '../dialect/codex.ts'
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

/**
 * Reads a hooks.json of Codex, given as parsed JSON. Handlers of the types `prompt`, `agent` and `mcp_tool` cannot be run: where they guard, they fail.
 * Fails `configuration-invalid`, naming the place.
 */
export function readCodexHooks(value: unknown, options: ReadOptions = {}): HookConfiguration {
  const { hooks = {} } = expectObject(value, options.source ?? codex.program, '#')
  return readGroups(hooks, { dialect: 'codex', read: readEntry }, options)
}

function readEntry(
  configured: ConfiguredEntry,
  warn: (text: string) => void,
): Omit<CommandHook, 'name' | 'dialect' | 'event' | 'matcher'> {
  const { entry } = configured
  const handler = handlerOf(entry)
  if (handler.type === 'unsupported') warn(`cannot be run: ${handler.why}`)
  return {
    handler,
    timeout: timeoutOf(configured, 1_000, 600_000),
    onFailure: onFailureOf(configured),
    ...(entry['async'] === true ? { background: true } : {}),
    ...(entry['sequential'] === true ? { sequential: true } : {}),
  }
}

function handlerOf({ type, command, commandWindows }: ConfiguredEntry['entry']): HookHandler {
  if (type === 'mcp_tool') return unsupportedHandler(type, 'which needs an MCP server to run it')
  if (type === 'prompt' || type === 'agent') return unsupportedHandler(type, 'which needs a model to run it')
  if (type !== 'command') return unsupportedHandler(type, 'which nobody knows')
  return shellHandler(process.platform === 'win32' ? (commandWindows ?? command) : command, 'login')
}
