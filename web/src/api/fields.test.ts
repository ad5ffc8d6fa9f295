import { expect, it } from 'vitest'

import { byField } from './fields'

it('says what is wrong at its field, and of a line in a list at the list', () => {
  const [long, twice, shortNote] = ['At most 80 characters.', 'Each once.', 'Say a word.']
  const problems = [
    { path: 'options.1', message: long },
    { path: 'options', message: twice },
    { path: 'howIWork.note', message: shortNote },
  ]
  expect(byField(problems)).toEqual({ 'options.1': long, options: long, 'howIWork.note': shortNote, howIWork: shortNote })
  expect(byField([])).toEqual({})
})
