/** The event itself: announced, open, live, ended; whether one may ask, how often, and what labels there are. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import {
  EndWebinar,
  OpenWebinar,
  PublishWebinar,
  SetQuestionWindow,
  SetReview,
  SetSlowMode,
  SetWebinarLabels,
  StartWebinar,
} from '../api/gen/documents'
import type { WebinarCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { stageWords } from '../words/stage'

const SLOW_SECONDS = [0, 15, 30, 60, 300]

interface Props {
  readonly webinar: WebinarCardFragment
}

export function Controls({ webinar }: Props): JSX.Element {
  const words = useMore(stageWords)
  const { act, isBusy, refused } = useActs()
  const webinarId = webinar.id
  const slow = Object.fromEntries(SLOW_SECONDS.map((seconds) => [String(seconds), words.slowOf(seconds)]))
  return (
    <section class="card" aria-label={words.controls}>
      <h2>
        {words.controls} <span class="chip warm">{words.states[webinar.state]}</span>
      </h2>
      <Refusal refused={refused} />
      <Step webinar={webinar} />
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={webinar.questionsOpen}
            disabled={isBusy}
            onChange={(event) => void act(SetQuestionWindow, { input: { webinarId, isOpen: event.currentTarget.checked } })}
          />
          {webinar.questionsOpen ? words.questionsOpen : words.questionsClosed}
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={webinar.review}
            disabled={isBusy}
            onChange={(event) => void act(SetReview, { input: { webinarId, review: event.currentTarget.checked } })}
          />
          {words.reviewFirst}
        </label>
      </div>
      <Choice<string>
        label={words.slow}
        value={String(webinar.slowSeconds)}
        choices={slow}
        onChange={(seconds) => void act(SetSlowMode, { input: { webinarId, seconds: Number(seconds) } })}
      />
      <Labels webinar={webinar} />
    </section>
  )
}

/** The one step that comes next; the end asks once more. */
function Step({ webinar }: Props): JSX.Element | null {
  const words = useMore(stageWords)
  const { cancel } = useWords()
  const { act, isBusy, refused } = useActs()
  const [isSure, setSure] = useState(false)
  const { state } = webinar
  if (state === 'ENDED' || state === 'ARCHIVED') return null
  const asked = { input: { webinarId: webinar.id, expectedVersion: webinar.version } }
  const steps = {
    DRAFT: () => act(PublishWebinar, asked),
    PUBLISHED: () => act(OpenWebinar, asked),
    OPEN: () => act(StartWebinar, asked),
    LIVE: () => act(EndWebinar, asked),
  }
  const go = (): void => {
    setSure(false)
    void steps[state]()
  }
  return (
    <div class="row">
      <Refusal refused={refused} />
      {state === 'LIVE' && isSure && <span role="status">{words.endSure}</span>}
      <button
        type="button"
        class={state === 'LIVE' ? 'alarm' : 'main'}
        disabled={isBusy}
        onClick={() => {
          if (state === 'LIVE' && !isSure) setSure(true)
          else go()
        }}
      >
        {words.steps[state]}
      </button>
      {isSure && (
        <button
          type="button"
          onClick={() => {
            setSure(false)
          }}
        >
          {cancel}
        </button>
      )}
    </div>
  )
}

function Labels({ webinar }: Props): JSX.Element {
  const words = useMore(stageWords)
  const { save, saved } = useWords()
  const { act, isBusy, refused } = useActs()
  const [isSaved, setSaved] = useState(false)
  return (
    <details>
      <summary>{words.labels}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          const { labels: told = '' } = formValues(event)
          const labels = told
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean)
          void act(SetWebinarLabels, { input: { webinarId: webinar.id, labels } }).then((payload) => {
            setSaved(payload !== undefined)
          })
        }}
      >
        <Refusal refused={refused} />
        <Field
          label={words.labels}
          hint={words.labelsHint}
          name="labels"
          lines={3}
          value={webinar.labels.join('\n')}
          wrong={refused?.fields['labels']}
        />
        <div class="row">
          <button disabled={isBusy}>{save}</button>
          <span role="status">{isSaved && saved}</span>
        </div>
      </form>
    </details>
  )
}
