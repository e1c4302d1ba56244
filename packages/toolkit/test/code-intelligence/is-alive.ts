import { linuxProcess } from '../../src/linux-processes.ts'

/** Whether a process is there and has not ended. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return linuxProcess(pid)?.ended === false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
