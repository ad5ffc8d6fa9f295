/** The fields of a ballot: `one`, `some-N`, `place-N`, `rating` or `word`, by the kind of the poll. */

import type { JSX } from 'preact'

import type { OnePollFragment } from '../api/gen/types'
import { Field } from '../ui/parts'
import { useMore } from '../words'
import { stageWords } from '../words/stage'

export function Ballot({ poll }: { poll: OnePollFragment }): JSX.Element {
  const words = useMore(stageWords)
  switch (poll.kind) {
    case 'WORD_CLOUD':
      return <Field label={words.word} name="word" required />
    case 'RANKING':
      return <Ranking poll={poll} />
    case 'RATING':
      return (
        <fieldset class="row">
          <legend class="hidden">{poll.prompt}</legend>
          {Array.from({ length: poll.scale }, (_, index) => (
            <label key={index} class="check">
              <input type="radio" name="rating" value={index + 1} required aria-label={words.rating(index + 1, poll.scale)} />
              {index + 1}
            </label>
          ))}
        </fieldset>
      )
    case 'MULTIPLE':
    case 'QUIZ':
    case 'SINGLE':
      return (
        <fieldset class="stack tight">
          <legend class="hidden">{poll.prompt}</legend>
          {poll.options.map((option, index) => (
            <label key={option} class="check">
              {poll.kind === 'MULTIPLE' ? (
                <input type="checkbox" name={`some-${String(index)}`} />
              ) : (
                <input type="radio" name="one" value={index} required />
              )}
              {option}
            </label>
          ))}
        </fieldset>
      )
  }
}

function Ranking({ poll }: { poll: OnePollFragment }): JSX.Element {
  const words = useMore(stageWords)
  return (
    <fieldset class="stack tight">
      <legend class="hidden">{poll.prompt}</legend>
      {poll.options.map((option, index) => (
        <label key={option} class="row spread">
          {option}
          <select name={`place-${String(index)}`} class="short">
            {poll.options.map((_, place) => (
              <option key={place} value={place} selected={place === index}>
                {words.place(place + 1)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  )
}
