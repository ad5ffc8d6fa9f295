import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { KeepSuggestion, PutSuggestionAway } from '../api/gen/documents'
import type { PersonCardFragment, SuggestionFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { AskForm } from '../requests/ask-form'
import { percent } from '../ui/numbers'
import { Refusal } from '../ui/parts'
import { PersonCard } from '../ui/person-card'
import { useMore } from '../words'
import { matchingWords } from '../words/matching'
import { Grounds, Speaking } from './why'

interface SuggestionCardProps {
  readonly suggestion: SuggestionFragment
  readonly person: PersonCardFragment
}

/** Somebody suggested. Keeping and putting away show at once, and are taken back when the server says no. */
export function SuggestionCard({ suggestion, person }: SuggestionCardProps): JSX.Element {
  const words = useMore(matchingWords)
  const { side, format, explanation } = suggestion
  const [isKept, setKept] = useState(suggestion.state === 'SAVED')
  const [isAway, setAway] = useState(false)
  const keeping = useAct(KeepSuggestion)
  const putting = useAct(PutSuggestionAway)
  const input = { profileId: person.id, side, format }

  async function keep(): Promise<void> {
    setKept(true)
    setAway(false)
    if ((await keeping.act({ input })) === undefined) setKept(false)
  }

  async function putAway(): Promise<void> {
    setAway(true)
    if ((await putting.act({ input })) === undefined) setAway(false)
    else setKept(false)
  }

  if (isAway) {
    return (
      <div class="note stack" role="status">
        <p>{words.isPutAway(person.name)}</p>
        <div>
          <button type="button" onClick={() => void keep()}>
            {words.undo}
          </button>
        </div>
      </div>
    )
  }
  return (
    <PersonCard person={person}>
      <p>
        <strong class="chip warm">{words.fits(percent(suggestion.score))}</strong>{' '}
        {suggestion.isProposed && <span class="chip">{words.proposed}</span>}
      </p>
      {explanation !== null && <Speaking reasons={explanation} side={side} />}
      {explanation !== null && (
        <details>
          <summary>{words.why}</summary>
          <Grounds reasons={explanation} />
        </details>
      )}
      <details>
        <summary>{side === 'LEARNER' ? words.ask : words.offer}</summary>
        <AskForm person={person} side={side} format={format} />
      </details>
      <Refusal refused={keeping.refused ?? putting.refused} />
      <div class="row">
        <button type="button" aria-pressed={isKept} onClick={() => void (isKept || keep())}>
          {isKept ? words.kept : words.keep}
        </button>
        <button type="button" class="plain" disabled={putting.isBusy} onClick={() => void putAway()}>
          {words.putAway}
        </button>
      </div>
    </PersonCard>
  )
}
