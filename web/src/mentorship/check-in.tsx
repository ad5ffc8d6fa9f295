/** A check-in: how useful, is the next step clear, is something wrong. Three taps, where nothing is. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AnswerCheckIn } from '../api/gen/documents'
import type { CheckInPartsFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { mentorshipWords } from '../words/mentorship'
import { Taps } from './taps'
import { useTie } from './tie'

type Shown = Readonly<{ checkIn: CheckInPartsFragment }>

export default function CheckIn({ checkIn }: Shown): JSX.Element | null {
  if (checkIn.mine !== null) return <Answered checkIn={checkIn} />
  return checkIn.state === 'OPEN' ? <Asking checkIn={checkIn} /> : null
}

function Answered({ checkIn }: Shown): JSX.Element {
  const words = useMore(mentorshipWords)
  const { otherName } = useTie()
  const said = [
    [words.mine, checkIn.mine],
    [words.theirs(otherName), checkIn.theirs],
  ] as const
  return (
    <section id="check-in" class="card" aria-label={words.checkIn}>
      <h2>{words.checkIn}</h2>
      <p role="status">{words.thanks}</p>
      <dl class="stack tight small">
        {said.map(
          ([who, answer]) =>
            answer !== null && (
              <div key={who}>
                <dt class="soft">{who}</dt>
                <dd class="flush">{words.answer(words.usefuls[answer.useful - 1] ?? '', answer.isNextStepClear)}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}

function Asking({ checkIn }: Shown): JSX.Element {
  const words = useMore(mentorshipWords)
  const { otherName, changed } = useTie()
  const { act, isBusy, refused } = useAct(AnswerCheckIn)
  const [isWrong, setWrong] = useState(false)

  function submit(event: SubmitEvent): void {
    const { useful = '', clear, words: told = '', look } = formValues(event)
    const answer = { useful: Number(useful), isNextStepClear: clear === 'yes' }
    const wrong = isWrong ? { isWrong, words: told, wantsLook: look === 'on' } : {}
    void act({ input: { checkInId: checkIn.id, ...answer, ...wrong } }).then((payload) => {
      if (payload !== undefined) changed()
    })
  }

  return (
    <section id="check-in" class="card" aria-label={words.checkIn}>
      <h2>{words.checkIn}</h2>
      <p class="small soft">
        {words.checkInKinds[checkIn.kind]} {words.checkInHint(otherName)}
      </p>
      <form class="stack" onSubmit={submit}>
        <Taps legend={words.useful} name="useful" choices={words.usefuls.map((label, n) => [String(n + 1), label])} />
        <Taps
          legend={words.clear}
          name="clear"
          choices={[
            ['yes', words.yes],
            ['no', words.no],
          ]}
        />
        {isWrong && (
          <div class="stack">
            <Field label={words.wrongWords} hint={words.wrongHint} name="words" lines={3} wrong={refused?.fields['words']} />
            <label class="check">
              <input type="checkbox" name="look" />
              {words.look}
            </label>
          </div>
        )}
        <Refusal refused={refused} />
        <div class="row">
          <button class="main" disabled={isBusy}>
            {isWrong ? words.wrongSend : words.allWell}
          </button>
          {!isWrong && (
            <button
              type="button"
              onClick={() => {
                setWrong(true)
              }}
            >
              {words.wrong}
            </button>
          )}
        </div>
      </form>
    </section>
  )
}
