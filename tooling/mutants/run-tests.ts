import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** How a run of a project's tests ended. */
export type TestEnd = 'passed' | 'failed' | 'timed-out'

/** Runs the tests of one project of a copy, or those files of it that are named after it, until the first failure, at most `patience` milliseconds long. */
export function runTests(copy: string, witness: string, patience: number): Promise<TestEnd> {
  return new Promise((resolve) => {
    const [project = witness, ...files] = witness.split(' ')
    const args = [
      'run',
      ...files,
      '--project',
      project,
      '--bail',
      '1',
      '--maxWorkers',
      '1',
      '--reporter',
      'dot',
    ]
    const child = spawn(join(copy, 'node_modules/.bin/vitest'), args, {
      cwd: copy,
      env: { ...process.env, CI: 'true' },
      stdio: 'ignore',
      detached: true,
    })
    const end = (): void => endGroup(child.pid)
    process.prependListener('exit', end)
    let late = false
    const timer = setTimeout(() => {
      late = true
      end()
    }, patience)
    child.on('close', (code) => {
      clearTimeout(timer)
      process.removeListener('exit', end)
      end()
      if (late) resolve('timed-out')
      else resolve(code === 0 ? 'passed' : 'failed')
    })
  })
}

/** Ends a run and what it left behind. A group that is gone already is no error. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
