import type { SessionHandle } from '../session-handle.ts'
import { begunThread } from '../travel/begun-thread.ts'
import { captured } from './captured.ts'
import type { SlashCommand } from './slash-command.ts'

/** Runs one of the program's own commands, and shows what it prints. */
async function showVerb(session: SessionHandle, words: readonly string[]): Promise<void> {
  const { line, conversation, width } = session
  const { settings, folder } = conversation.place
  const keys = [
    ...(settings.keys === undefined ? [] : ['--keys', settings.keys]),
    ...(settings.keyRing === undefined ? [] : ['--key-ring', settings.keyRing]),
  ]
  const place = needsStore(words) ? ['--store', settings.store, ...keys] : []
  const { lines } = await captured(line, [...words, ...place], { folder, width })
  session.tell({ type: 'lines', lines: lines.length === 0 ? ['nothing to show'] : lines })
}

function needsStore([first]: readonly string[]): boolean {
  return first !== 'mcp' && first !== 'permissions'
}

/** Commands that show what the program's own commands print. */
export const verbCommands: readonly SlashCommand[] = [
  {
    name: 'agents',
    brief: 'the agents that this one started',
    run: async (session) => showVerb(session, ['agents', 'tree', await begunThread(session)]),
  },
  {
    name: 'context',
    brief: 'what fills the model’s window',
    run: async (session) => showVerb(session, ['context', 'show', await begunThread(session)]),
  },
  {
    name: 'history',
    brief: 'the checkpoints of this thread',
    run: async (session) => showVerb(session, ['history', await begunThread(session)]),
  },
  {
    name: 'memory',
    brief: 'what is remembered here; words search it',
    takes: '[words]',
    run: (session, words) =>
      showVerb(session, words === '' ? ['memory', 'list'] : ['memory', 'search', ...words.split(/\s+/)]),
  },
  {
    name: 'mcp',
    brief: 'the MCP servers of this folder',
    run: (session) => showVerb(session, ['mcp', 'list']),
  },
  {
    name: 'permissions',
    brief: 'the rules, and what was allowed for good',
    run: (session) => showVerb(session, ['permissions', 'list']),
  },
  {
    name: 'approvals',
    brief: 'every question of the store that is open',
    run: (session) => showVerb(session, ['approvals', 'list']),
  },
]
