import { homedir } from 'node:os'
import { relative, resolve } from 'node:path'

import type { JsonValue } from '@keepup/core'
import picomatch from 'picomatch'

import type { TranslatedCall } from '../dialect/tool-translation.ts'

/**
 * Whether a call may be one that a permission rule such as `Bash(git *)` or `Edit(src/**)` means. Of what cannot be told it may: a hook that is run too often is better
 * than a guard that is not.
 */
export function mayMeetCondition(
  condition: string,
  { names, input }: TranslatedCall,
  folder: string,
): boolean {
  const [, tool = condition.trim(), pattern] = /^\s*([^\s(]+)\((.*)\)\s*$/s.exec(condition) ?? []
  if (!names.includes(tool) && !names.some((name) => isOfServer(tool, name))) return false
  if (pattern === undefined || pattern === '' || pattern === '*') return true
  const command = input['command']
  if (typeof command === 'string') return mayRun(command, pattern)
  const path = input['file_path'] ?? input['path']
  return path === undefined || isPath(path, pattern, folder)
}

/** `mcp__server` and `mcp__server__*` mean every tool of the server. */
function isOfServer(tool: string, name: string): boolean {
  return tool.startsWith('mcp__') && name.startsWith(`${tool.replace(/__\*$/, '')}__`)
}

/** What makes a command more than its words: then anything may be run by it. */
const dynamic = /[$`\\'"(){}<>*?[\]!]/
/** Words after which another command comes. */
const wrappers =
  /^(?:\w+=\S*|sudo|env|command|exec|eval|nohup|nice|time|timeout|xargs|watch|(?:ba|z|da|k|fi)?sh|find|ssh|\.|source)$/

function mayRun(command: string, pattern: string): boolean {
  if (dynamic.test(command)) return true
  const parts = command.split(/[;&|\n]+/).map((part) => part.trim())
  return parts.some((part) => wrappers.test(part.split(/\s/, 1)[0] ?? '') || meansCommand(pattern, part))
}

/** `git *` and the older `git:*` mean `git` too; any other `*` stands for any text. */
function meansCommand(pattern: string, command: string): boolean {
  const plain = pattern.replace(/:\*$/, ' *')
  if (plain.endsWith(' *') && command === plain.slice(0, -2)) return true
  const escaped = plain.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(command)
}

/** Patterns as in .gitignore: `//` begins at the root of all, `~/` at home, `/` at the project, others anywhere. */
function isPath(value: JsonValue, pattern: string, folder: string): boolean {
  if (typeof value !== 'string') return true
  const path = resolve(folder, value)
  const inside = relative(folder, path)
  if (pattern.startsWith('//')) return matches(pattern.slice(1), path)
  if (pattern.startsWith('~/')) return matches(`${homedir()}${pattern.slice(1)}`, path)
  if (pattern.startsWith('/')) return matches(pattern.slice(1), inside)
  const bare = pattern.replace(/^\.\//, '')
  return matches(bare, inside) || (!bare.includes('/') && matches(`**/${bare}`, path))
}

function matches(pattern: string, path: string): boolean {
  return picomatch.isMatch(path, [pattern, `${pattern}/**`], { dot: true })
}
