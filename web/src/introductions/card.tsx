/** An introduction as the viewer is shown it: as who offers it, or as one of the two. */

import type { JSX } from 'preact'

import { AnswerIntroduction, NoteIntroductionMet, WithdrawIntroduction } from '../api/gen/documents'
import type { IntroductionCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { KudosLink } from '../kudos/link'
import { Safety } from '../safety/safety'
import { Refusal } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { thing } from '../ui/thing'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { introductionWords } from '../words/introductions'

interface Props {
  readonly introduction: IntroductionCardFragment
}

export function IntroductionCard({ introduction }: Props): JSX.Element {
  const words = useMore(introductionWords)
  const { language } = useWords()
  const { state, part, people, introducer } = introduction
  const isSide = part === 'SIDE'
  const shown = people.length === 0 ? [null] : people
  return (
    <article class="card" {...thing(introduction.id)} aria-label={people.map(({ name }) => name).join(', ') || words.title}>
      <p>
        {isSide ? (
          <>
            <Somebody person={introducer} /> {words.wants}
          </>
        ) : (
          words.youOffered
        )}
      </p>
      <ul class="stack tight">
        {shown.map((person) => (
          <li key={person?.id ?? ''}>
            <span class="large">
              <Somebody person={person} />
            </span>
            {person?.headline != null && <p class="small soft">{person.headline}</p>}
            {person !== null && <Safety subjectId={person.id} profileId={person.id} name={person.name} />}
          </li>
        ))}
      </ul>
      <blockquote class="lines">{introduction.words}</blockquote>
      <p class="small">
        <span class={state === 'OFFERED' ? 'chip' : 'chip warm'}>{words.states[state]}</span>{' '}
        {state === 'OFFERED' && <span class="soft">{words.until(day(introduction.expiresAt, language))}</span>}
      </p>
      {isSide && (state === 'MADE' || state === 'MET') && <KudosLink aboutId={introduction.id} />}
      {isSide ? <Side introduction={introduction} /> : <Offered introduction={introduction} />}
      {isSide && (
        <Safety subjectId={introduction.id} profileId={introducer?.id ?? null} name={introducer?.name ?? words.title} />
      )}
    </article>
  )
}

/** What one of the two does: answer once, and say that they met. */
function Side({ introduction }: Props): JSX.Element {
  const words = useMore(introductionWords)
  const { act, isBusy, refused } = useActs()
  const { id, state, myAnswer } = introduction
  const answer = (agree: boolean): void => void act(AnswerIntroduction, { input: { introductionId: id, agree } })
  return (
    <>
      <Refusal refused={refused} />
      {state === 'OFFERED' && myAnswer === null && (
        <>
          <div class="row">
            <button type="button" class="main" disabled={isBusy} onClick={() => { answer(true) }}>
              {words.agree}
            </button>
            <button type="button" disabled={isBusy} onClick={() => { answer(false) }}>
              {words.decline}
            </button>
          </div>
          <p class="small soft">{words.declineHint}</p>
        </>
      )}
      <p role="status">
        {state === 'MADE' || state === 'MET'
          ? words.made
          : myAnswer === null
            ? ''
            : myAnswer
              ? words.saidYes
              : words.saidNo}
      </p>
      {state === 'MADE' && (
        <div>
          <button
            type="button"
            disabled={isBusy}
            onClick={() => void act(NoteIntroductionMet, { input: { introductionId: id } })}
          >
            {words.met}
          </button>
        </div>
      )}
    </>
  )
}

function Offered({ introduction }: Props): JSX.Element | null {
  const words = useMore(introductionWords)
  const { act, isBusy, refused } = useActs()
  if (introduction.state === 'MADE' || introduction.state === 'MET') return <p>{words.madeByYou}</p>
  if (introduction.state !== 'OFFERED') return null
  return (
    <>
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => void act(WithdrawIntroduction, { input: { introductionId: introduction.id } })}
        >
          {words.takeBack}
        </button>
      </div>
    </>
  )
}
