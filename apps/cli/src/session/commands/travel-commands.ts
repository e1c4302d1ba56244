import { openThreads } from '../pickers/threads.ts'
import { forkHere } from '../travel/fork-here.ts'
import { goTo } from '../travel/go-to.ts'
import { openPositions } from '../travel/open-positions.ts'
import { showChanges } from '../travel/show-changes.ts'
import { undoLast } from '../travel/undo-last.ts'
import type { SlashCommand } from './slash-command.ts'

/** Commands that go to another thread, or back in this one. */
export const travelCommands: readonly SlashCommand[] = [
  {
    name: 'resume',
    brief: 'go on with another thread',
    takes: '[thread]',
    run: (session, words) => (words === '' ? openThreads(session) : goTo(session, words)),
  },
  { name: 'rewind', brief: 'go back to before an earlier prompt', run: openPositions },
  { name: 'undo', brief: 'take the last prompt back, with what it changed in files', run: undoLast },
  { name: 'fork', brief: 'go on in a new thread with the same past', run: forkHere },
  { name: 'diff', brief: 'what this thread changed in files', run: showChanges },
]
