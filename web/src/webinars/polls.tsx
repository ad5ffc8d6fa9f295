/** Polls, for those who vote and for those who run them. Ballots are kept nowhere, so the page keeps none either. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import {
  CastBallot,
  ClosePoll,
  DeletePoll,
  HidePollResults,
  OpenPoll,
  Polls as AllPolls,
  ShowPollResults,
} from '../api/gen/documents'
import type { CastBallotInput, OnePollFragment, WebinarCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Meter } from '../ui/meter'
import { Failed, Loading, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { stageWords } from '../words/stage'
import { Ballot } from './ballot'
import { topicOf, useNews } from './use-news'

interface PollsProps {
  readonly webinar: WebinarCardFragment
  /** For those who run it: what makes a new one, and tells when it has. */
  readonly maker?: (made: () => void) => JSX.Element
}

export default function Polls({ webinar, maker }: PollsProps): JSX.Element | null {
  const words = useMore(stageWords)
  const { data, failure, again } = useAnswer(AllPolls, { webinarId: webinar.id })
  useNews(topicOf(webinar), again)
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  if (data.webinarPolls.length === 0 && maker === undefined) return null
  return (
    <section class="stack" aria-label={words.polls}>
      <h2>{words.polls}</h2>
      {data.webinarPolls.length === 0 && <p class="note">{words.noPolls}</p>}
      <div class="cards">
        {data.webinarPolls.map((poll) => (
          <PollCard key={poll.id} poll={poll} isStaff={maker !== undefined} again={again} />
        ))}
      </div>
      {maker?.(again)}
    </section>
  )
}

interface PollProps {
  readonly poll: OnePollFragment
  readonly isStaff: boolean
  readonly again: () => void
}

function PollCard({ poll, isStaff, again }: PollProps): JSX.Element {
  const words = useMore(stageWords)
  return (
    <article class="card" aria-label={poll.prompt}>
      <h3>
        {poll.prompt} <span class="chip">{words.pollStates[poll.state]}</span>
      </h3>
      {poll.results !== null ? (
        <Results poll={poll} />
      ) : poll.takenPart ? (
        <p class="note">{words.voted}</p>
      ) : poll.state === 'OPEN' && !isStaff ? (
        <Vote poll={poll} again={again} />
      ) : (
        <p class="small soft">{isStaff ? poll.options.join(' · ') : words.resultsLater}</p>
      )}
      {poll.ballots !== null && <p class="small soft">{words.ballots(poll.ballots)}</p>}
      {isStaff && <Running poll={poll} again={again} />}
    </article>
  )
}

function Vote({ poll, again }: { poll: OnePollFragment; again: () => void }): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        void act(CastBallot, { input: ballotOf(poll, formValues(event)) }).then(again)
      }}
    >
      <Refusal refused={refused} />
      <Ballot poll={poll} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.vote}
        </button>
      </div>
    </form>
  )
}

/** The form's fields as a ballot; see ballot.tsx for their names. */
function ballotOf(poll: OnePollFragment, fields: Readonly<Record<string, string>>): CastBallotInput {
  const { rating, word = '', one } = fields
  const ranked = poll.options
    .map((_, option) => ({ option, place: Number(fields[`place-${String(option)}`] ?? 0) }))
    .sort((first, second) => first.place - second.place)
    .map(({ option }) => option)
  const some = poll.options.flatMap((_, option) => (fields[`some-${String(option)}`] === 'on' ? [option] : []))
  const choices = poll.kind === 'RANKING' ? ranked : poll.kind === 'MULTIPLE' ? some : one === undefined ? [] : [Number(one)]
  return {
    pollId: poll.id,
    choices,
    rating: rating === undefined ? null : Number(rating),
    words: word.trim() === '' ? [] : [word.trim()],
  }
}

function Results({ poll }: { poll: OnePollFragment }): JSX.Element {
  const words = useMore(stageWords)
  const results = poll.results ?? []
  const total = Math.max(
    1,
    results.reduce((sum, each) => sum + each.points, 0),
  )
  return (
    <ul class="stack tight">
      {results.map((each) => (
        <li key={each.label}>
          <Meter share={each.points / total}>
            {each.label} {each.isCorrect === true && <span class="chip">{words.correct}</span>}
          </Meter>
        </li>
      ))}
    </ul>
  )
}

function Running({ poll, again }: { poll: OnePollFragment; again: () => void }): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const input = { pollId: poll.id, expectedVersion: poll.version }
  return (
    <div class="row">
      <Refusal refused={refused} />
      {poll.state === 'DRAFT' && (
        <button type="button" class="main" disabled={isBusy} onClick={() => void act(OpenPoll, { input }).then(again)}>
          {words.openPoll}
        </button>
      )}
      {poll.state === 'OPEN' && (
        <button type="button" class="main" disabled={isBusy} onClick={() => void act(ClosePoll, { input }).then(again)}>
          {words.closePoll}
        </button>
      )}
      {poll.state === 'CLOSED' && (
        <>
          <button type="button" disabled={isBusy} onClick={() => void act(ShowPollResults, { input }).then(again)}>
            {words.showResults}
          </button>
          <button type="button" disabled={isBusy} onClick={() => void act(HidePollResults, { input }).then(again)}>
            {words.hideResults}
          </button>
        </>
      )}
      <button
        type="button"
        class="plain"
        disabled={isBusy}
        onClick={() => void act(DeletePoll, { input }).then(again)}
      >
        {words.deletePoll}
      </button>
    </div>
  )
}
