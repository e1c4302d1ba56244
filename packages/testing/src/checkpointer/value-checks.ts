import assert from 'node:assert/strict'

import { KeepupError } from '@keepup/core'

import { exactly } from '../exactly.ts'
import { fails } from '../fails.ts'
import { check, type CheckpointerCheck, hold, message, note, type Scene } from './scene.ts'
import { type ValueCase, valueTable } from './value-table.ts'

const says = { kept: 'given back exactly', refused: 'refused', either: 'given back exactly or refused' }

/** Every value of the table is given back exactly or refused, as it must be. */
export const valueChecks: readonly CheckpointerCheck[] = [
  ...valueTable.map((value) =>
    check(`values: ${value.name} is ${says[value.expect]}`, (scene) => tryValue(scene, value)),
  ),

  check('values: signals give each back exactly or refuse it, as entries do', async (scene) => {
    for (const [index, value] of valueTable.entries()) {
      // Deeper than an assertion can walk.
      if (value.name.includes('deep')) continue
      const thread = `to ${index}`
      const sent = scene.checkpointer.signal(
        [{ ...message(thread, `signal ${index}`), data: value.make() }],
        'process',
      )
      const error: unknown = await sent.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      const [pending] = await scene.checkpointer.pending(thread)
      if (error === undefined) {
        assert.notEqual(value.expect, 'refused', value.name)
        exactly(
          value.same === undefined ? pending?.data : plain(pending?.data),
          value.same?.() ?? value.make(),
        )
      } else {
        assert.ok(value.expect !== 'kept' && KeepupError.is(error, 'value-not-storable'), value.name)
        assert.equal(pending, undefined, value.name)
      }
    }
  }),

  check('values: a refusal names the place inside the value', async (scene) => {
    const holder = await hold(scene, 'thread')
    const error = await fails(holder.append({ list: [1, { 'a/b': () => 1 }] }), 'value-not-storable')
    assert.match(`${error.message} ${JSON.stringify(error.details)}`, /\/list\/1\/a~1b/)
  }),
]

async function tryValue(scene: Scene, value: ValueCase): Promise<void> {
  const holder = await hold(scene, 'thread', 'before')
  const made = value.make()
  if (value.expect === 'refused') await fails(holder.append(note(made)), 'value-not-storable')
  else if (!(await keeps(() => holder.append(note(made)), value))) return
  const view = await scene.checkpointer.read('thread')
  if (value.expect === 'refused') {
    assert.equal(view.head, 1)
    return
  }
  const stored = view.entries[1]?.data
  // Deeper than an assertion can walk: compared as text.
  if (value.name.includes('deep')) assert.equal(depth(stored), depth(made))
  else exactly(value.same === undefined ? stored : plain(stored), value.same?.() ?? value.make())
}

async function keeps(append: () => Promise<unknown>, value: ValueCase): Promise<boolean> {
  try {
    await append()
    return true
  } catch (error) {
    assert.ok(
      value.expect === 'either' && KeepupError.is(error, 'value-not-storable'),
      `must be kept: ${String(error)}`,
    )
    return false
  }
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}

function depth(value: unknown): number {
  let levels = 0
  for (let inner = value; typeof inner === 'object' && inner !== null; levels++)
    inner = Object.values(inner)[0]
  return levels
}
