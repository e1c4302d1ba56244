import { join } from 'node:path'

import {
  type CommandHook,
  type DialectName,
  readClaudeHooks,
  readClineHooks,
  readCodexHooks,
  readGeminiHooks,
} from '../src/index.ts'
import { script } from './folder.ts'

/** A guard before calls of the shell, as each program would have it configured. */
export interface Program {
  readonly dialect: DialectName
  /** A script that is the guard. */
  guard(folder: string, lines: string): readonly CommandHook[]
  /** A guard whose script is not there. */
  missing(folder: string): readonly CommandHook[]
  /** What the program's own hooks print to refuse a call. */
  readonly deny: string
  /** What they print to have another command run. */
  readonly rewrite: string
}

/** A hook with a short time-out, and whatever else is asked for. */
type More = Readonly<Record<string, unknown>>

function group(command: string, more: More): readonly object[] {
  return [{ hooks: [{ type: 'command', command, ...more }] }]
}

/** Claude Code's. */
export const claudeProgram: Program = {
  dialect: 'claude',
  guard: (folder, lines) => readClaude(script(folder, 'guard.sh', lines)),
  missing: (folder) => readClaude(join(folder, 'nowhere.sh')),
  deny: '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}',
  rewrite:
    '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow","updatedInput":{"command":"echo hi"}}}',
}

function readClaude(command: string): readonly CommandHook[] {
  const [{ hooks = [] } = {}] = group(command, { timeout: 20 }) as readonly {
    readonly hooks?: readonly object[]
  }[]
  return readClaudeHooks({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks }] } }).hooks
}

/** Codex's. */
export const codexProgram: Program = {
  ...claudeProgram,
  dialect: 'codex',
  guard: (folder, lines) => readCodex(script(folder, 'guard.sh', lines)),
  missing: (folder) => readCodex(join(folder, 'nowhere.sh')),
}

function readCodex(command: string): readonly CommandHook[] {
  return readCodexHooks({ hooks: { PreToolUse: group(command, { timeout: 20 }) } }).hooks
}

/** Gemini CLI's. */
export const geminiProgram: Program = {
  dialect: 'gemini',
  guard: (folder, lines) => readGemini(script(folder, 'guard.sh', lines)),
  missing: (folder) => readGemini(join(folder, 'nowhere.sh')),
  deny: '{"decision":"deny","reason":"no"}',
  rewrite: '{"hookSpecificOutput":{"hookEventName":"BeforeTool","tool_input":{"command":"echo hi"}}}',
}

function readGemini(command: string): readonly CommandHook[] {
  const hooks = [{ type: 'command', command, timeout: 20_000 }]
  return readGeminiHooks({ hooks: { BeforeTool: [{ matcher: 'run_shell_command', hooks }] } }).hooks
}

/** Cline's: a file in a folder, whose time-out cannot be set; it is shortened here. */
export const clineProgram: Program = {
  dialect: 'cline',
  guard: (folder, lines) => readCline(folder, lines),
  missing(folder) {
    return readCline(folder, '').map((hook) => ({
      ...hook,
      handler: { type: 'program', program: 'bash', arguments: [join(folder, 'nowhere')] },
    }))
  },
  deny: '{"cancel":true,"errorMessage":"no"}',
  rewrite: '{"overrideInput":{"command":"echo hi"}}',
}

function readCline(folder: string, lines: string): readonly CommandHook[] {
  script(folder, 'hooks/PreToolUse.sh', lines)
  return readClineHooks(join(folder, 'hooks')).hooks.map((hook) => ({ ...hook, timeout: 20_000 }))
}

/** All four. */
export const programs: readonly Program[] = [claudeProgram, codexProgram, geminiProgram, clineProgram]
