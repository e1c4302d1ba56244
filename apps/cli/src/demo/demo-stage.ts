import type { AgentEvent, Milliseconds, Timestamp } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { Self } from '../host.ts'
import { createLiveStatus, type LiveStatus } from '../terminal/live-status.ts'
import { statusLine } from '../terminal/status-line.ts'
import type { Style } from '../terminal/style.ts'
import { createTranscript, type Transcript } from '../terminal/transcript.ts'

/** Where the demo is shown. Everything goes to standard output: the show is the result. */
export interface DemoStage {
  readonly style: Style
  readonly self: Self
  readonly heading: (text: string) => string
  say(lines: readonly string[]): Promise<void>
  /** Shows an event of the agent, as `keepup run` would. */
  show(event: AgentEvent): Promise<void>
  /** Takes the status line away between two runs. */
  rest(): Promise<void>
  pause(duration: Milliseconds): Promise<void>
  now(): Timestamp
}

/** The stage of a command line. */
export function openStage({ host, terminal }: CommandLine): DemoStage {
  const { outStyle: style, interactive, width } = terminal
  const transcript: Transcript = createTranscript({ style, width, streaming: true })
  let live: LiveStatus | undefined
  return {
    style,
    self: host.self,
    heading: (text) => style.bold(style.cyan(text)),
    say: (lines) => terminal.out.write(`${lines.join('\n')}\n`),
    async show(event) {
      if (interactive) live ??= drawStatus(terminal, transcript, host.clock)
      for (const { text } of transcript.feed(event))
        await (live?.write('answer', text) ?? terminal.out.write(text))
    },
    async rest() {
      live?.end()
      live = undefined
      await terminal.out.flush()
    },
    pause: (duration) => host.clock.sleep(duration),
    now: () => host.clock.now(),
  }
}

function drawStatus(
  terminal: CommandLine['terminal'],
  transcript: Transcript,
  clock: CommandLine['host']['clock'],
): LiveStatus {
  const since = clock.now()
  return createLiveStatus(terminal, (frame) =>
    statusLine(transcript.progress, { since, now: clock.now(), frame }, terminal.outStyle, terminal.width),
  )
}
