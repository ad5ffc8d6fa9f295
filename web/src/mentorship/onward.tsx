/** Proposing another way to go on: renewed, in another format, with another mentor. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { ConvertMentorship, HandOver, NextMentors, RenewMentorship } from '../api/gen/documents'
import type { MentoringFormat } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { roadWords } from '../words/road'
import { Taps } from './taps'
import { useTie } from './tie'

const USUAL_MINUTES = 300
const LEAST_TYPED = 2

interface Done {
  readonly done: () => void
}

export default function Onward({ done }: Done): JSX.Element {
  const words = useMore(roadWords)
  const { head, isMentor, isGoingOn } = useTie()
  const isAtItsEnd = head.state === 'CLOSING' || head.state === 'COMPLETED'
  const mayHandOver = isMentor && isGoingOn && !isAtItsEnd
  return (
    <section class="card" aria-label={words.onward}>
      <h2>{words.onward}</h2>
      <p class="small soft">{words.onwardHint}</p>
      {isAtItsEnd && (
        <details>
          <summary>{words.renew}</summary>
          <NextForm isRenewal done={done} />
        </details>
      )}
      {isGoingOn && (
        <details>
          <summary>{words.convert}</summary>
          <NextForm isRenewal={false} done={done} />
        </details>
      )}
      {mayHandOver && (
        <details>
          <summary>{words.handOver}</summary>
          <HandingOver done={done} />
        </details>
      )}
    </section>
  )
}

function NextForm({ isRenewal, done }: Done & { isRenewal: boolean }): JSX.Element {
  const words = useMore(roadWords)
  const { formats } = useWords()
  const { head } = useTie()
  const { act, isBusy, refused } = useActs()
  const [format, setFormat] = useState<MentoringFormat>(head.format)
  const wrong = refused?.fields ?? {}
  return (
    <form
      class="stack"
      aria-label={isRenewal ? words.renew : words.convert}
      onSubmit={(event) => {
        const { goal = '', minutes = '', words: told = '' } = formValues(event)
        const input = { mentorshipId: head.id, format, goal, minutes: Number(minutes), words: told }
        void (isRenewal ? act(RenewMentorship, { input }) : act(ConvertMentorship, { input })).then(done)
      }}
    >
      <Field label={words.goal} name="goal" required value={isRenewal ? '' : head.goal} wrong={wrong['goal']} />
      <div class="columns">
        <Choice<MentoringFormat> label={words.format} value={format} choices={formats} onChange={setFormat} />
        <Field label={words.minutesAsked} name="minutes" type="number" required value={USUAL_MINUTES} wrong={wrong['minutes']} />
      </div>
      <Field label={words.words} name="words" lines={2} wrong={wrong['words']} />
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{words.ask}</button>
      </div>
    </form>
  )
}

function HandingOver({ done }: Done): JSX.Element {
  const words = useMore(roadWords)
  const { head, myId, other, otherName } = useTie()
  const { act, isBusy, refused } = useActs()
  const [text, setText] = useState('')
  const { data } = useAnswer(NextMentors, { text }, { pause: text.length < LEAST_TYPED })
  const found = (data?.profiles.edges ?? []).map(({ node }) => node)
  const people = found.filter(({ id }) => id !== myId && id !== other?.id)
  return (
    <form
      class="stack"
      aria-label={words.handOver}
      onSubmit={(event) => {
        const { who = '', words: told = '' } = formValues(event)
        void act(HandOver, { input: { mentorshipId: head.id, toProfileId: who, words: told } }).then(done)
      }}
    >
      <p class="small soft">{words.handOverHint(otherName)}</p>
      <Field label={words.find} name="find" onInput={setText} />
      <p class="small soft" role="status">
        {text.length >= LEAST_TYPED && data !== undefined && people.length === 0 && words.nobody}
      </p>
      {people.length > 0 && (
        <Taps legend={words.handOver} name="who" choices={people.map(({ id, name }) => [id, name])} />
      )}
      <Field label={words.kind(otherName)} name="words" lines={2} required wrong={refused?.fields['words']} />
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy || people.length === 0}>{words.ask}</button>
      </div>
    </form>
  )
}
