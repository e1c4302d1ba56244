import { type HookEvent, type HookEventType, type JsonValue, noUsage } from '@keepup/core'

import { usageError } from '../error-report.ts'

/** What an event that is made up tells. */
export interface MadeUpFlags {
  readonly tool?: string
  /** JSON. */
  readonly input?: string
  readonly text?: string
}

/** An event of a moment: by its name here, or by the name that Claude Code, Codex or Gemini CLI has for it. */
export function madeUpEvent(name: string, flags: MadeUpFlags): HookEvent {
  const type = eventTypes.find((known) => known === name) ?? otherNames[name]
  if (type === undefined) {
    throw usageError(
      `there is no moment ${name}`,
      `name one of ${eventTypes.join(', ')}, or PreToolUse and the like`,
    )
  }
  return makers[type](flags)
}

const otherNames: Readonly<Record<string, HookEventType>> = {
  PreToolUse: 'tool-requested',
  BeforeTool: 'tool-requested',
  PostToolUse: 'tool-ended',
  AfterTool: 'tool-ended',
  PermissionRequest: 'permission-requested',
  UserPromptSubmit: 'prompt-submitted',
  BeforeAgent: 'prompt-submitted',
  BeforeModel: 'model-requested',
  AfterModel: 'model-answered',
  SessionStart: 'session-started',
  SessionEnd: 'session-ended',
  PreCompact: 'compaction-requested',
  PreCompress: 'compaction-requested',
  PostCompact: 'compaction-ended',
  SubagentStart: 'agent-started',
  SubagentStop: 'agent-ended',
  Stop: 'stop-requested',
  AfterAgent: 'stop-requested',
  Notification: 'notified',
}

function callOf({ tool = 'shell', input = '{}' }: MadeUpFlags) {
  const read = readInput(input)
  const call = { thread: 'keepup-hooks-test', id: 'call-1', key: 'key-1', name: tool, input: read }
  return { call, input: read }
}

function readInput(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue // JSON.parse gives nothing else
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError(`--input is no JSON: ${reason}`, `write it like --input '{"command": "ls"}'`)
  }
}

const makers: {
  readonly [Type in HookEventType]: (flags: MadeUpFlags) => Extract<HookEvent, { type: Type }>
} = {
  'session-started': () => ({ type: 'session-started', source: 'startup' }),
  'session-ended': () => ({ type: 'session-ended', reason: 'completed' }),
  'prompt-submitted': ({ text = '' }) => ({ type: 'prompt-submitted', prompt: text }),
  'model-requested': () => ({ type: 'model-requested', model: 'test', turn: 1 }),
  'model-answered': ({ text = '' }) => ({
    type: 'model-answered',
    model: 'test',
    message: { role: 'assistant', content: [{ type: 'text', text }] },
    usage: noUsage,
  }),
  'tool-requested': (flags) => ({ type: 'tool-requested', ...callOf(flags), effects: [] }),
  'tool-ended': (flags) => ({
    type: 'tool-ended',
    ...callOf(flags),
    outcome: { type: 'completed', output: { content: [{ type: 'text', text: flags.text ?? '' }] } },
    duration: 0,
  }),
  'permission-requested': (flags) => ({
    type: 'permission-requested',
    ...callOf(flags),
    question: flags.text ?? '',
    reasons: [],
  }),
  'compaction-requested': () => ({ type: 'compaction-requested', trigger: 'manual' }),
  'compaction-ended': () => ({ type: 'compaction-ended', trigger: 'manual' }),
  'agent-started': () => ({ type: 'agent-started', agent: 'test', role: 'test' }),
  'agent-ended': ({ text = '' }) => ({
    type: 'agent-ended',
    agent: 'test',
    role: 'test',
    lastText: text,
    again: false,
  }),
  'stop-requested': ({ text = '' }) => ({ type: 'stop-requested', lastText: text, again: false }),
  notified: ({ text = '' }) => ({ type: 'notified', text }),
}

/** The moments that hooks are run at. */
const eventTypes = Object.keys(makers) as readonly HookEventType[] // keyof is lost by Object.keys
