import { join } from 'node:path'

/** The folder of the whole repository. */
export const repositoryRoot: string = join(import.meta.dirname, '../..')
