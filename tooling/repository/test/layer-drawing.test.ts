import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { withLayerDrawing } from '../layer-drawing.ts'
import { repositoryRoot } from '../repository-root.ts'

test('the architecture page draws the packages as they are (node tooling/repository/draw-layers.ts)', () => {
  const document = readFileSync(join(repositoryRoot, 'docs/architecture.md'), 'utf8')
  expect(document).toBe(withLayerDrawing(document))
})
