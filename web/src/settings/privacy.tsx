/** Who sees what, whom one does not want to see, and what became of reports. */

import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { Appeal, MyCases, MySafety, SetVisibility, UnblockPerson, UnmutePerson } from '../api/gen/documents'
import type { CaseOfMineFragment, MySafetyQuery, Visibility as Level } from '../api/gen/types'
import { useAct, useActs } from '../api/outcome'
import { Failed, Field, Loading, Refusal, formValues } from '../ui/parts'
import { thing } from '../ui/thing'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { safetyWords } from '../words/safety'
import { settingsWords } from '../words/settings'

type Mine = NonNullable<MySafetyQuery['me']>['profile']
type Part = Mine['visibility'][number]['field']

export function Privacy(): JSX.Element {
  const { data, failure, again } = useAnswer(MySafety, {})
  const profile = data?.me?.profile
  if (profile === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  return (
    <>
      <Visibility profile={profile} />
      <Away profile={profile} again={again} />
    </>
  )
}

function Visibility({ profile }: { profile: Mine }): JSX.Element {
  const words = useMore(settingsWords)
  const { act, refused } = useAct(SetVisibility)
  /** By arrow keys one passes several: each shows at once, and is told to the server after the one before. */
  const [chosen, setChosen] = useState<Readonly<Partial<Record<Part, Level>>>>({})
  const told = useRef(Promise.resolve())
  function choose(field: Part, visibility: Level): void {
    setChosen((before) => ({ ...before, [field]: visibility }))
    told.current = told.current.then(async () => {
      if ((await act({ input: { choices: [{ field, visibility }] } })) === undefined) setChosen({})
    })
  }
  return (
    <section class="card" aria-label={words.visibility}>
      <h2>{words.visibility}</h2>
      <p class="small soft">{words.visibilityHint}</p>
      <Refusal refused={refused} />
      <div class="columns">
        {profile.visibility.map(({ field, visibility }) => (
          <label key={field} class="beside spread">
            {words.fields[field]}
            <select
              class="short"
              value={chosen[field] ?? visibility}
              onChange={(event) => {
                choose(field, event.currentTarget.value as Level)
              }}
            >
              {Object.entries(words.levels).map(([level, name]) => (
                <option key={level} value={level}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
    </section>
  )
}

function Away({ profile, again }: { profile: Mine; again: () => void }): JSX.Element {
  const words = useMore(settingsWords)
  const { act, isBusy, refused } = useActs()
  return (
    <section class="card" aria-label={words.away}>
      <h2>{words.away}</h2>
      <Refusal refused={refused} />
      {profile.muted.length + profile.blocked.length === 0 && <p class="soft">{words.nobodyAway}</p>}
      <ul class="stack tight">
        {profile.muted.map(({ profileId, name }) => (
          <li key={profileId} class="row spread">
            <span>
              {name} <span class="chip">{words.muted}</span>
            </span>
            <button type="button" disabled={isBusy} onClick={() => void act(UnmutePerson, { id: profileId }).then(again)}>
              {words.unmute}
              <span class="hidden">: {name}</span>
            </button>
          </li>
        ))}
        {profile.blocked.map(({ profileId, name }) => (
          <li key={profileId} class="row spread">
            <span>
              {name} <span class="chip warm">{words.blocked}</span>
            </span>
            <button type="button" disabled={isBusy} onClick={() => void act(UnblockPerson, { id: profileId }).then(again)}>
              {words.unblock}
              <span class="hidden">: {name}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Cases(): JSX.Element {
  const words = useMore(settingsWords)
  const { data, failure, again } = useAnswer(MyCases, {})
  const cases = data?.myCases.edges
  return (
    <section class="card" aria-label={words.cases}>
      <h2>{words.cases}</h2>
      {cases === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : cases.length === 0 ? (
        <p class="soft">{words.noCases}</p>
      ) : (
        <ul class="stack">
          {cases.map(({ node }) => (
            <li key={node.id}>
              <OneCase own={node} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function OneCase({ own }: { own: CaseOfMineFragment }): JSX.Element {
  const words = useMore(settingsWords)
  const { reasons } = useMore(safetyWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useAct(Appeal)
  return (
    <article class="stack tight" {...thing(own.id)}>
      <p>
        {own.party === 'REPORTER' ? words.youReported : words.aboutYou}: {reasons[own.reason]}{' '}
        <span class="chip">{words.caseStates[own.state]}</span>{' '}
        <span class="small soft">{day(own.openedAt, language)}</span>
      </p>
      {own.decision !== null && (
        <p class="small">
          {words.decisions[own.decision]}. {own.decisionReason} {own.appealReason}
        </p>
      )}
      {own.appealableUntil !== null && (
        <details>
          <summary>{words.appeal}</summary>
          <form
            class="stack"
            onSubmit={(event) => {
              const { words: told = '' } = formValues(event)
              void act({ input: { ownCaseId: own.id, words: told } })
            }}
          >
            <p class="small">{words.appealUntil(day(own.appealableUntil, language))}</p>
            <Refusal refused={refused} />
            <Field label={words.appealWhy} name="words" lines={3} required wrong={refused?.fields['words']} />
            <div>
              <button disabled={isBusy}>{words.appeal}</button>
            </div>
          </form>
        </details>
      )}
    </article>
  )
}
