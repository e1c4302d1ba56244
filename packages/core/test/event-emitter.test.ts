import { describe, expect, test } from 'vitest'

import { createEventEmitter } from '../src/index.ts'

type Event = { readonly type: 'a'; readonly value: number } | { readonly type: 'b' }

describe('an event emitter', () => {
  test('tells listeners of a type and of all, until they leave', () => {
    const seen: string[] = []
    const emitter = createEventEmitter<Event>()
    const leave = emitter.on('a', ({ value }) => seen.push(`a${value}`))
    const leaveAll = emitter.on('*', ({ type }) => seen.push(`*${type}`))
    emitter.emit({ type: 'a', value: 1 })
    emitter.emit({ type: 'b' })
    leave()
    emitter.emit({ type: 'a', value: 2 })
    leaveAll()
    emitter.emit({ type: 'b' })
    expect(seen).toEqual(['a1', '*a', '*b', '*a'])
  })

  test('reports a listener that throws and goes on with the others', () => {
    const errors: unknown[] = []
    const seen: string[] = []
    const emitter = createEventEmitter<Event>((error) => errors.push(error))
    emitter.on('b', () => {
      throw new Error('broken listener')
    })
    emitter.on('b', () => seen.push('second'))
    emitter.emit({ type: 'b' })
    expect(seen).toEqual(['second'])
    expect(errors).toMatchObject([{ message: 'broken listener' }])
  })

  test('says it as a process warning where nobody else is told', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const emitter = createEventEmitter<Event>()
    emitter.on('b', () => {
      throw new Error('quiet')
    })
    emitter.emit({ type: 'b' })
    expect((await warned).message).toBe('quiet')
  })
})
