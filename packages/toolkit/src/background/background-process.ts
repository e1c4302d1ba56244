import type { CallKey, Milliseconds, StartedProcess } from '@keepup/core'

import { openMark } from '../call-mark.ts'
import type { ContainedCommand } from '../contain-command.ts'
import { endProcessGroup } from '../end-process-group.ts'
import { findSurvivors } from '../find-survivors.ts'
import { type LeashedProcess, startLeashed } from '../leashed-process.ts'
import { linuxProcess } from '../linux-processes.ts'

/** A program in the background that waits for leave to begin, and cannot outlive this one. */
export interface BackgroundProcess extends Pick<LeashedProcess, 'input' | 'output' | 'exited'> {
  readonly process: StartedProcess
  begin(): void
  /** Ends it and everything that it started: politely, and after `grace` by force. */
  end(grace: Milliseconds): Promise<void>
  /** Once it has ended: waits for the end of what it left, and gives what did not end. */
  left(): Promise<readonly number[]>
}

/** Waits for a line of its input, with both streams made one, then becomes the program. Nothing is run where the line does not come. */
const waiting = 'exec 2>&1 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-; IFS= read -r go || exit 125; exec "$@"'

/** How long what was killed may take to vanish. */
const killing: Milliseconds = 3_000

/** Starts a program on a leash: see {@link startLeashed}. */
export async function startInBackground(
  { program, contained }: ContainedCommand,
  key: CallKey,
): Promise<BackgroundProcess> {
  const mark = openMark(key)
  const leashed = await startLeashed(
    {
      command: '/bin/sh',
      arguments: ['-c', waiting, 'sh', program.program, ...program.arguments],
      folder: program.folder,
      environment: program.environment,
    },
    key,
    mark,
  ).finally(() => mark?.close())
  const { pid, input, output, exited } = leashed
  leashed.errors.resume()
  const started = process.platform === 'linux' ? linuxProcess(pid)?.started : undefined
  return {
    process: started === undefined ? { pid, group: pid } : { pid, group: pid, started },
    input,
    output,
    exited,
    begin: () => void input.write('\n'),
    async end(grace) {
      const fled = (await findSurvivors(key)).map(({ group }) => group).filter((group) => group !== pid)
      const ending = Promise.all(fled.map((group) => endProcessGroup(group, { grace })))
      // A sandbox ends all that is in it as soon as its own process is ended.
      if (contained) await ending
      tell(pid)
      await Promise.race([exited, later(grace)])
      leashed.kill()
      await Promise.all([ending, Promise.race([exited, later(killing)])])
      await vanished(key)
    },
    left: () => vanished(key),
  }
}

/** The watcher of the leash is in the group too, and does not heed it. */
function tell(group: number): void {
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) {
    try {
      process.kill(-group, signal)
    } catch {
      // It ended meanwhile.
    }
  }
}

/** What of a call still runs, once what was killed had time to go. */
async function vanished(key: CallKey): Promise<readonly number[]> {
  const interval: Milliseconds = 25
  for (let waited = 0; ; waited += interval) {
    const left = (await findSurvivors(key)).map(({ pid }) => pid)
    if (left.length === 0 || waited >= killing) return left
    await later(interval)
  }
}

function later(duration: Milliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref())
}
