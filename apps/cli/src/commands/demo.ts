import { spawnSync } from 'node:child_process'

import { KeepupError, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { type DemoCopy, makeDemoCopy } from '../demo/demo-copy.ts'
import { type DemoStage, openStage } from '../demo/demo-stage.ts'
import { printEnding } from '../demo/print-ending.ts'
import { watchRun } from '../demo/watched-run.ts'
import type { ExitName } from '../exit-code.ts'

/** Lets a scripted agent mend a failing test, kills it inside a tool call, resumes it, and shows what the log says of it. */
export async function demo(line: CommandLine): Promise<ExitName> {
  const copy = makeDemoCopy(line.host)
  const stage = openStage(line)
  // A name of its own, so that two demos at once do not take each other's processes for theirs.
  const thread = `demo-${line.host.newName()}`
  await stage.say(opening(copy, stage))
  const killed = await runUntilKilled(stage, copy, thread)
  await stage.say([
    '',
    stage.style.red(
      `${stage.style.marks.killed} kill -9 ${killed.process} inside the tool call. Nothing could be cleaned up.`,
    ),
    '',
    stage.heading('3. The same flags again, with "resume"'),
    '',
  ])
  await goOn(stage, copy, thread)
  const green = testsPass(line.host.self.executable, copy)
  await printEnding(line, stage, {
    copy,
    thread,
    killedAt: killed.time,
    killedProcess: killed.process,
    green,
  })
  return green ? 'completed' : 'failed'
}

function opening(copy: DemoCopy, { style, heading }: DemoStage): readonly string[] {
  return [
    style.bold('keepup demo: an agent mends a failing test and survives a kill -9'),
    '',
    `The model is ${style.bold('scripted')}: its answers come from a file, so no account is needed.`,
    `The rest is real: files, tests, processes, the database, and the ${style.bold('kill')} (SIGKILL).`,
    '',
    heading('1. A copy of a small repository with a failing test'),
    '',
    `  ${copy.project}`,
    '',
    heading('2. keepup run "The tests fail. Find out why and fix it." --mode yolo'),
    '',
  ]
}

function flags({ script, store, project }: DemoCopy): readonly string[] {
  return ['--model', `scripted:${script}`, '--store', store, '--cwd', project, '--mode', 'yolo']
}

interface Kill {
  readonly process: number
  readonly time: number
}

/** Starts the agent and kills it while the second test run is under way. */
async function runUntilKilled(stage: DemoStage, copy: DemoCopy, thread: ThreadId): Promise<Kill> {
  let shells = 0
  let kill: Kill | undefined
  const words = ['run', 'The tests fail. Find out why and fix it.', '--thread', thread, ...flags(copy)]
  const end = await watchRun(stage.self, words, copy.environment, async (event, run) => {
    await stage.show(event)
    if (event.type === 'tool-started' && event.data.tool === 'shell') shells += 1
    if (event.type !== 'process-started' || shells !== 2) return
    await stage.pause(600)
    kill = { process: run.process, time: stage.now() }
    run.kill()
  })
  await stage.rest()
  if (kill !== undefined && end.signal === 'SIGKILL') return kill
  throw broken(`the demo's first run ended before it was killed (${end.code}): ${end.notes.trim()}`)
}

async function goOn(stage: DemoStage, copy: DemoCopy, thread: ThreadId): Promise<void> {
  const words = ['resume', thread, ...flags(copy)]
  const end = await watchRun(stage.self, words, copy.environment, (event) => stage.show(event))
  await stage.rest()
  if (end.code === 0) return
  throw broken(`the resumed run ended with exit code ${end.code}: ${end.notes.trim()}`)
}

/** Whether the tests of the copy pass now: asked of the tests, not of the agent. */
function testsPass(executable: string, { project, environment }: DemoCopy): boolean {
  return spawnSync(executable, ['--test'], { cwd: project, env: environment, stdio: 'ignore' }).status === 0
}

function broken(what: string): KeepupError {
  return new KeepupError('internal', what, { details: { fix: 'see what is missing with: keepup doctor' } })
}
