/** Kudos that the viewer received, who decides who reads them, or gave, and may take back. */

import type { JSX } from 'preact'

import { PlaceKudos, TakeKudosBack } from '../api/gen/documents'
import type { KudosCardFragment, KudosPlace } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Safety } from '../safety/safety'
import { Choice, Refusal } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { thing } from '../ui/thing'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { kudosWords } from '../words/kudos'

interface Props {
  readonly kudos: KudosCardFragment
  readonly isReceived: boolean
  readonly changed: () => void
}

export function KudosCard({ kudos, isReceived, changed }: Props): JSX.Element {
  const words = useMore(kudosWords)
  const { language } = useWords()
  const other = isReceived ? kudos.giver : kudos.receiver
  return (
    <article class="card" {...thing(kudos.id)} aria-label={kudos.words}>
      <blockquote class="large">{kudos.words}</blockquote>
      <p class="small">
        {isReceived ? words.from : words.to} <Somebody person={other} />, {words.ties[kudos.tie]},{' '}
        {day(kudos.givenAt, language)}
      </p>
      {kudos.place !== null ? (
        <Readers kudosId={kudos.id} place={kudos.place} changed={changed} />
      ) : (
        <TakeBack kudosId={kudos.id} changed={changed} />
      )}
      {isReceived && <Safety subjectId={kudos.id} profileId={other?.id ?? null} name={other?.name ?? kudos.words} />}
    </article>
  )
}

interface PartProps {
  readonly kudosId: string
  readonly changed: () => void
}

function Readers({ kudosId, place, changed }: PartProps & { place: KudosPlace }): JSX.Element {
  const words = useMore(kudosWords)
  const { act, refused } = useActs()
  return (
    <>
      <Choice<KudosPlace>
        label={words.who}
        value={place}
        choices={words.places}
        onChange={(chosen) => void act(PlaceKudos, { input: { kudosId, place: chosen } }).then(changed)}
      />
      <Refusal refused={refused} />
    </>
  )
}

function TakeBack({ kudosId, changed }: PartProps): JSX.Element {
  const words = useMore(kudosWords)
  const { act, isBusy, refused } = useActs()
  return (
    <details>
      <summary class="small">{words.takeBack}</summary>
      <div class="stack">
        <p class="small soft">{words.takeBackHint}</p>
        <Refusal refused={refused} />
        <div>
          <button
            type="button"
            class="alarm"
            disabled={isBusy}
            onClick={() => void act(TakeKudosBack, { input: { kudosId } }).then(changed)}
          >
            {words.sure}
          </button>
        </div>
      </div>
    </details>
  )
}
