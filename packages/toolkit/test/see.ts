import { createWorkingFiles, readTool, type WorkingFiles } from '../src/index.ts'
import { call } from './call-tool.ts'

/** What tools share after an agent has read these files. */
export async function see(root: string, ...paths: readonly string[]): Promise<WorkingFiles> {
  const files = createWorkingFiles()
  for (const path of paths) await call(readTool(root, files.seen), { path })
  return files
}
