import type { JsonObject } from '@keepup/core'

import { isObject } from '../answer/answer-reader.ts'
import type { CommandHook, HookHandler } from '../command-hook.ts'
import { claude } from '../dialect/claude.ts'
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

/** Seconds that a hook may take where it does not say; those of some moments and kinds have less. */
const defaultSeconds = 600
const momentSeconds: Readonly<Record<string, number>> = { UserPromptSubmit: 30, SessionEnd: 1.5 }

/**
 * Reads the `hooks` of a settings.json of Claude Code, given as parsed JSON: the whole file, or any object with `hooks`. Handlers of the types `prompt`, `agent` and
 * `mcp_tool` cannot be run: where they guard, they fail. Fails `configuration-invalid`, naming the place.
 */
export function readClaudeHooks(value: unknown, options: ReadOptions = {}): HookConfiguration {
  const { source = claude.program } = options
  const { hooks = {}, disableAllHooks } = expectObject(value, source, '#')
  if (disableAllHooks === true) return { hooks: [], warnings: [`${source}: "disableAllHooks" is on.`] }
  return readGroups(hooks, { dialect: 'claude', read: readEntry }, options)
}

function readEntry(
  configured: ConfiguredEntry,
  warn: (text: string) => void,
): Omit<CommandHook, 'name' | 'dialect' | 'event' | 'matcher'> {
  const { entry, event } = configured
  const handler = handlerOf(entry)
  if (handler.type === 'unsupported') warn(`cannot be run: ${handler.why}`)
  return {
    handler,
    timeout: timeoutOf(configured, 1_000, (momentSeconds[event] ?? defaultSeconds) * 1_000),
    onFailure: onFailureOf(configured),
    ...conditionOf(configured, warn),
    ...wayOf(configured, warn),
  }
}

function conditionOf(
  { entry: { if: condition }, event }: ConfiguredEntry,
  warn: (text: string) => void,
): Pick<CommandHook, 'condition'> {
  if (typeof condition !== 'string' || condition.trim() === '') return {}
  if (!aboutCalls.has(event)) warn('has "if" at a moment that is about no call: it is never run.')
  return { condition }
}

/** When it is run, and who waits for it. `sequential` is keepup's own word. */
function wayOf(
  { entry, group }: ConfiguredEntry,
  warn: (text: string) => void,
): Pick<CommandHook, 'once' | 'background' | 'sequential'> {
  const { once, async: background, asyncRewake, sequential } = entry
  if (asyncRewake === true) warn('has "asyncRewake": it runs in the background, and wakes nobody.')
  return {
    ...(once === true ? { once } : {}),
    ...(background === true || asyncRewake === true ? { background: true } : {}),
    ...(sequential === true || group['sequential'] === true ? { sequential: true } : {}),
  }
}

const aboutCalls: ReadonlySet<string> = new Set([
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'PermissionDenied',
])

function handlerOf(entry: JsonObject): HookHandler {
  const { type, command, args, shell } = entry
  if (type === 'http') return httpHandler(entry)
  if (type === 'prompt' || type === 'agent') return unsupportedHandler(type, 'which needs a model to run it')
  if (type === 'mcp_tool') return unsupportedHandler(type, 'which needs an MCP server to run it')
  if (type !== 'command') return unsupportedHandler(type, 'which nobody knows')
  if (args === undefined) return shellHandler(command, shell === 'powershell' ? 'powershell' : 'bash')
  if (typeof command === 'string' && Array.isArray(args) && args.every((item) => typeof item === 'string')) {
    return { type: 'program', program: command, arguments: args }
  }
  return unsupportedHandler(type, 'whose "command" is no text, or whose "args" is no list of texts')
}

function httpHandler({ url, headers = {}, allowedEnvVars = [] }: JsonObject): HookHandler {
  const good = typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)
  if (!good) return unsupportedHandler('http', 'whose "url" is no address of the web')
  const texts = Object.entries(isObject(headers) ? headers : {}).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as const] : [],
  )
  const variables = Array.isArray(allowedEnvVars)
    ? allowedEnvVars.filter((name) => typeof name === 'string')
    : []
  return { type: 'http', url, headers: Object.fromEntries(texts), variables }
}
