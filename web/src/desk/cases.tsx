/** The desk of the safety team: what waits longest comes first; who decided does not decide the appeal. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CaseQueue, ClaimCase, DecideAppeal, DecideCase, ReleaseCase, SafetyCounts } from '../api/gen/documents'
import type { AppealOutcome, CaseDecision, CaseOnDeskFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Choice, Failed, Field, Loading, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { deskWords } from '../words/desk'
import { safetyWords } from '../words/safety'
import { settingsWords } from '../words/settings'
import { Table } from './figures'

export function Cases(): JSX.Element {
  const words = useMore(deskWords)
  const { data, failure, again } = useAnswer(CaseQueue, {})
  return (
    <section class="stack" aria-label={words.cases}>
      <h2>{words.cases}</h2>
      {data === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : data.caseQueue.edges.length === 0 ? (
        <p class="note">{words.noCases}</p>
      ) : (
        data.caseQueue.edges.map(({ node }) => <OneCase key={node.id} shown={node} again={again} />)
      )}
    </section>
  )
}

interface CaseProps {
  readonly shown: CaseOnDeskFragment
  readonly again: () => void
}

function OneCase({ shown, again }: CaseProps): JSX.Element {
  const words = useMore(deskWords)
  const { reasons } = useMore(safetyWords)
  const { caseStates } = useMore(settingsWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useActs()
  const title = `${words.kinds[shown.subjectKind]}: ${reasons[shown.reason]}`
  return (
    <article class="card" aria-label={title}>
      <h3>
        {title} <span class="chip">{caseStates[shown.state]}</span>{' '}
        {shown.isMine && <span class="chip warm">{words.yours}</span>}
      </h3>
      <p class="small soft">
        {words.from(shown.reporter.name)}
        {shown.accused !== null && `, ${words.accused(shown.accused.name)}`}, {when(shown.openedAt, language)}
      </p>
      {shown.words !== '' && <blockquote>{shown.words}</blockquote>}
      <Evidence evidence={shown.evidence} />
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => {
            const variables = { id: shown.id }
            void (shown.isMine ? act(ReleaseCase, variables) : act(ClaimCase, variables)).then(again)
          }}
        >
          {shown.isMine ? words.release : words.claim}
        </button>
      </div>
      {shown.isMine && <Deciding shown={shown} again={again} />}
    </article>
  )
}

/** What was reported, as name and value; the server decides what is in it. */
function Evidence({ evidence }: { evidence: unknown }): JSX.Element {
  const words = useMore(deskWords)
  const entries = typeof evidence === 'object' && evidence !== null ? Object.entries(evidence) : []
  return (
    <details>
      <summary class="small">{words.evidence}</summary>
      <dl class="pairs small">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Deciding({ shown, again }: CaseProps): JSX.Element {
  const words = useMore(deskWords)
  const { decisions } = useMore(settingsWords)
  const { act, isBusy, refused } = useActs()
  const [decision, setDecision] = useState<CaseDecision>('NOTHING')
  const [outcome, setOutcome] = useState<AppealOutcome>('UPHELD')
  const isAppeal = shown.state === 'APPEALED'

  function submit(event: SubmitEvent): void {
    const { reason = '', days = '' } = formValues(event)
    const suspended = decision === 'SUSPEND' && days !== '' ? Number(days) : null
    const deciding = isAppeal
      ? act(DecideAppeal, { input: { caseId: shown.id, outcome, reason } })
      : act(DecideCase, { input: { caseId: shown.id, decision, days: suspended, reason } })
    void deciding.then(again)
  }

  return (
    <form class="stack" aria-label={words.decide} onSubmit={submit}>
      {isAppeal && (
        <p class="note warm">
          {words.appeal}: {shown.appealWords}
        </p>
      )}
      <Refusal refused={refused} />
      {isAppeal ? (
        <Choice<AppealOutcome> label={words.outcome} value={outcome} choices={words.outcomes} onChange={setOutcome} />
      ) : (
        <Choice<CaseDecision> label={words.decision} value={decision} choices={decisions} onChange={setDecision} />
      )}
      {!isAppeal && decision === 'SUSPEND' && (
        <Field label={words.days} name="days" type="number" value={7} required wrong={refused?.fields['days']} />
      )}
      <Field label={words.why} name="reason" lines={3} required wrong={refused?.fields['reason']} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.decide}
        </button>
      </div>
    </form>
  )
}

/** What everybody may know of it: numbers, and none below five. */
export function Counts(): JSX.Element | null {
  const words = useMore(deskWords)
  const { reasons } = useMore(safetyWords)
  const { data } = useAnswer(SafetyCounts, {})
  if (data === undefined || data.safetyCounts.length === 0) return null
  return (
    <section class="card" aria-label={words.counts}>
      <h2>{words.counts}</h2>
      <Table
        head={[words.cases, words.reported, words.decided, words.actedOn]}
        rows={data.safetyCounts.map(({ reason, reported, decided, actedOn }) => [
          reasons[reason],
          reported ?? words.few,
          decided ?? words.few,
          actedOn ?? words.few,
        ])}
      />
    </section>
  )
}
