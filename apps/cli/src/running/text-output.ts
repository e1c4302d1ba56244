import type { Clock } from '@keepup/core'

import { createLiveStatus } from '../terminal/live-status.ts'
import type { Progress } from '../terminal/progress.ts'
import { statusLine } from '../terminal/status-line.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { createTranscript, type Transcript } from '../terminal/transcript.ts'
import type { RunOutput } from './run-output.ts'

/** Events as text for a person, with a line that shows what is under way where a terminal is watched. */
export function textOutput(
  terminal: Terminal,
  clock: Clock,
  told: { readonly attended: boolean; readonly open?: Progress['inputs'] },
): RunOutput & { readonly transcript: Transcript } {
  const { width, notesStyle: style, interactive } = terminal
  const since = clock.now()
  const transcript = createTranscript({
    style,
    width,
    streaming: interactive,
    ...told,
  })
  const live = createLiveStatus(terminal, (frame) =>
    statusLine(transcript.progress, { since, now: clock.now(), frame }, style, width),
  )
  return {
    transcript,
    async show(event) {
      for (const piece of transcript.feed(event)) await live.write(piece.to, piece.text)
    },
    warn: (text) => live.write('notes', `${style.yellow(`${style.marks.note} ${text}`)}\n`),
    async pause() {
      live.pause()
      await terminal.notes.flush()
    },
    async end() {
      live.end()
      await terminal.out.flush()
    },
    closed: terminal.out.closed,
  }
}
