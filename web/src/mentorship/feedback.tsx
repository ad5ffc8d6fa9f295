/** Feedback at the end: each gives theirs without having read the other's. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { GiveFeedback } from '../api/gen/documents'
import type { FeedbackPartsFragment, RoadOfQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { mentorshipWords } from '../words/mentorship'
import { roadWords } from '../words/road'
import { Taps } from './taps'
import { useTie } from './tie'

type Whole = Extract<NonNullable<RoadOfQuery['node']>, { readonly __typename: 'Mentorship' }>['feedback']

interface FeedbackProps {
  readonly feedback: Whole
  readonly done: () => void
}

export default function Feedback({ feedback, done }: FeedbackProps): JSX.Element {
  const words = useMore(roadWords)
  const { otherName } = useTie()
  const [isOpen, setOpen] = useState(feedback.mine === null)
  const { canGive, mine, received } = feedback
  return (
    <section class="card" aria-label={words.feedback}>
      <h2>{words.feedback}</h2>
      <p role="status">{mine !== null && words.given}</p>
      {received !== null ? (
        <>
          <h3>{words.received(otherName)}</h3>
          <Said said={received} />
        </>
      ) : (
        mine !== null && <p class="small soft">{words.notYet}</p>
      )}
      {canGive &&
        (isOpen ? (
          <Giving
            mine={mine}
            done={() => {
              setOpen(false)
              done()
            }}
          />
        ) : (
          <div>
            <button type="button" onClick={() => { setOpen(true) }}>
              {words.giveAgain}
            </button>
          </div>
        ))}
    </section>
  )
}

function Said({ said }: { said: FeedbackPartsFragment }): JSX.Element {
  const words = useMore(roadWords)
  const { usefuls } = useMore(mentorshipWords)
  const { me } = useTie()
  const lines = [
    [words.useful, usefuls[said.useful - 1] ?? ''],
    [words.wentWell, said.wentWell],
    [words.couldBeBetter, said.couldBeBetter],
    [words.takeaway, said.takeaway],
    [words.nextNeed, said.nextNeed],
    [words.kudos(me.profile.displayName), said.kudos],
  ] as const
  return (
    <dl class="clauses">
      {lines.map(
        ([label, text]) =>
          text !== '' && (
            <div key={label}>
              <dt class="small soft">{label}</dt>
              <dd>{text}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

function Giving({ mine, done }: { mine: FeedbackPartsFragment | null; done: () => void }): JSX.Element {
  const words = useMore(roadWords)
  const { usefuls } = useMore(mentorshipWords)
  const { head, otherName } = useTie()
  const { act, isBusy, refused } = useAct(GiveFeedback)
  const wrong = refused?.fields ?? {}
  return (
    <form
      class="stack"
      aria-label={words.feedback}
      onSubmit={(event) => {
        const { useful = '', ...told } = formValues(event)
        void act({ input: { mentorshipId: head.id, useful: Number(useful), ...told } }).then((payload) => {
          if (payload !== undefined) done()
        })
      }}
    >
      <p class="small soft">{words.feedbackHint(otherName)}</p>
      <Taps
        legend={words.useful}
        name="useful"
        chosen={mine === null ? undefined : String(mine.useful)}
        choices={usefuls.map((label, n) => [String(n + 1), label])}
      />
      <div class="columns">
        <Field label={words.wentWell} name="wentWell" lines={2} value={mine?.wentWell ?? ''} wrong={wrong['wentWell']} />
        <Field
          label={words.couldBeBetter}
          name="couldBeBetter"
          lines={2}
          value={mine?.couldBeBetter ?? ''}
          wrong={wrong['couldBeBetter']}
        />
        <Field label={words.takeaway} name="takeaway" lines={2} value={mine?.takeaway ?? ''} wrong={wrong['takeaway']} />
        <Field label={words.nextNeed} name="nextNeed" lines={2} value={mine?.nextNeed ?? ''} wrong={wrong['nextNeed']} />
      </div>
      <Field label={words.kudos(otherName)} name="kudos" value={mine?.kudos ?? ''} wrong={wrong['kudos']} />
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.give}
        </button>
      </div>
    </form>
  )
}
