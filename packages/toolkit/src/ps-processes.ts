import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import type { RunningProcess } from './running-process.ts'

const run = promisify(execFile)
const columns = ['pid', 'ppid', 'pgid', 'stat', 'lstart']

/** Every process that `ps` shows (POSIX, with `lstart`, which macOS, the BSDs and Linux know). */
export async function psProcesses(): Promise<readonly RunningProcess[]> {
  const options = columns.flatMap((column) => ['-o', `${column}=`])
  const { stdout } = await run('ps', ['-A', ...options], { env: { ...process.env, LC_ALL: 'C' } })
  return stdout
    .split('\n')
    .map(readLine)
    .filter((found) => found !== undefined)
}

function readLine(line: string): RunningProcess | undefined {
  const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)\s*$/.exec(line)
  if (found === null) return undefined
  const [, pid, parent, group, state = '', started = ''] = found
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    ended: state.startsWith('Z'),
    started,
  }
}
