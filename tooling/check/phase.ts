import { spawn } from 'node:child_process'

import { environment, root } from './root.ts'

/** What a phase came to. `output` is shown where it failed. */
export interface PhaseResult {
  readonly passed: boolean
  readonly output: string
  /** One more thing to say on its line. */
  readonly remark?: string
}

/** One step of a check. */
export interface Phase {
  readonly name: string
  run(): Promise<PhaseResult>
}

/** Runs a program in the repository's environment and keeps what it prints, both streams in order. */
export function runCommand(
  program: string,
  args: readonly string[],
  folder: string = root,
): Promise<PhaseResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (text: string): void => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.on('error', (error) => resolve({ passed: false, output: `${program}: ${error.message}` }))
    child.on('close', (code) => resolve({ passed: code === 0, output }))
  })
}

/** A phase that is one command. */
export function commandPhase(name: string, program: string, ...args: readonly string[]): Phase {
  return { name, run: () => runCommand(program, args) }
}

/** Runs phases in order, one line each with its seconds, the output of those that failed below it; returns the names of the failed ones. */
export async function runPhases(phases: readonly Phase[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const phase of phases) {
    const started = performance.now()
    const { passed, output, remark } = await phase.run()
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
    console.log(
      `${passed ? 'ok  ' : 'FAIL'} ${seconds} s  ${phase.name}${remark === undefined ? '' : `: ${remark}`}`,
    )
    if (passed) continue
    failed.push(phase.name)
    console.log(output.trimEnd().replaceAll(/^/gm, '     | '))
  }
  return failed
}
