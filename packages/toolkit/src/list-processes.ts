import { linuxProcesses } from './linux-processes.ts'
import { psProcesses } from './ps-processes.ts'
import type { RunningProcess } from './running-process.ts'

/** Every process of this machine; none where the system cannot tell. */
export async function listProcesses(): Promise<readonly RunningProcess[]> {
  if (process.platform === 'linux') return linuxProcesses()
  try {
    return await psProcesses()
  } catch {
    return []
  }
}
