import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { withLayerDrawing } from './layer-drawing.ts'
import { repositoryRoot } from './repository-root.ts'

const file = join(repositoryRoot, 'docs/architecture.md')
writeFileSync(file, withLayerDrawing(readFileSync(file, 'utf8')))
