import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Environment } from '../host.ts'
import { mcpFolders } from './mcp-folders.ts'

/** Whether any file that configures servers may be there: three looks, so that a run without servers loads nothing of them. */
export function hasServers(folder: string, environment: Environment): boolean {
  const files = [
    join(mcpFolders(environment).configuration, 'mcp.json'),
    join(folder, '.mcp.json'),
    join(folder, '.keepup', 'mcp.json'),
  ]
  return files.some((file) => existsSync(file))
}
