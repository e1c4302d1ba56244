import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

import {
  type ConfigurationOptions,
  loadConfiguration,
  type McpConfiguration,
} from '../../src/configuration/index.ts'

/** A person's home with a project in it. */
export interface Home {
  readonly home: string
  readonly project: string
  /** Writes a file of the home. */
  readonly put: (path: string, content: unknown) => string
  readonly load: (change?: Partial<ConfigurationOptions>) => Promise<McpConfiguration>
  readonly options: ConfigurationOptions
}

/** Makes a home that is removed after the test. */
export function makeHome(variables: Readonly<Record<string, string>> = {}): Home {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-mcp-')))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const project = join(home, 'project')
  mkdirSync(project)
  const options: ConfigurationOptions = {
    folder: project,
    environment: { HOME: home, ...variables },
    platform: 'linux',
  }
  return {
    home,
    project,
    options,
    put(path, content) {
      const file = join(home, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
      return file
    },
    load: (change = {}) => loadConfiguration({ ...options, ...change }),
  }
}
