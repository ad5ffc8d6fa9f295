/** How one's work comes, what one works towards, and how one likes to work together. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { UpdateProfile } from '../api/gen/documents'
import type { Feedback, MyPageFragment, Pace, WorkPattern } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

interface Props {
  readonly profile: MyPageFragment
}

/** Each press is kept at once. */
export function Patterns({ profile }: Props): JSX.Element {
  const words = useMore(profileWords)
  const { act, isBusy, refused } = useAct(UpdateProfile)
  const toggle = (pattern: WorkPattern): void => {
    const kept = profile.workPatterns.filter((each) => each !== pattern)
    const workPatterns = kept.length < profile.workPatterns.length ? kept : [...kept, pattern]
    void act({ input: { workPatterns, expectedVersion: profile.version } })
  }
  return (
    <section class="card" aria-label={words.questions.WORK_PATTERNS}>
      <h2>{words.questions.WORK_PATTERNS}</h2>
      <Refusal refused={refused} />
      <div class="row">
        {(Object.keys(words.patterns) as WorkPattern[]).map((pattern) => (
          <button
            key={pattern}
            type="button"
            aria-pressed={profile.workPatterns.includes(pattern)}
            disabled={isBusy}
            onClick={() => {
              toggle(pattern)
            }}
          >
            {words.patterns[pattern]}
          </button>
        ))}
      </div>
    </section>
  )
}

export function Goals({ profile, saved }: Props & { saved?: () => void }): JSX.Element {
  const words = useMore(profileWords)
  const { save, saved: savedWord } = useWords()
  const { act, isBusy, refused } = useAct(UpdateProfile)
  const [isSaved, setSaved] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const { goals: told = '' } = formValues(event)
    const goals = told
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const isDone = (await act({ input: { goals, expectedVersion: profile.version } })) !== undefined
    setSaved(isDone)
    if (isDone) saved?.()
  }

  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <Refusal refused={refused} />
      <Field
        label={words.questions.GOALS}
        hint={words.goalsHint}
        name="goals"
        lines={3}
        value={profile.goals.join('\n')}
        wrong={refused?.fields['goals']}
      />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {save}
        </button>
        <span role="status">{isSaved && savedWord}</span>
      </div>
    </form>
  )
}

export function HowIWork({ profile }: Props): JSX.Element {
  const words = useMore(profileWords)
  const { save, saved } = useWords()
  const { act, isBusy, refused } = useAct(UpdateProfile)
  const [pace, setPace] = useState<Pace>(profile.howIWork.pace)
  const [feedback, setFeedback] = useState<Feedback>(profile.howIWork.feedback)
  const [isSaved, setSaved] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const { note = '', camera } = formValues(event)
    const howIWork = { pace, feedback, note, cameraOffIsFine: camera === 'on' }
    setSaved((await act({ input: { howIWork, expectedVersion: profile.version } })) !== undefined)
  }

  return (
    <form class="card" aria-label={words.how} onSubmit={(event) => void submit(event)}>
      <h2>{words.how}</h2>
      <Refusal refused={refused} />
      <div class="row">
        <Choice<Pace> label={words.pace} value={pace} choices={words.paces} onChange={setPace} />
        <Choice<Feedback> label={words.feedback} value={feedback} choices={words.feedbacks} onChange={setFeedback} />
      </div>
      <label class="check">
        <input type="checkbox" name="camera" defaultChecked={profile.howIWork.cameraOffIsFine} />
        {words.camera}
      </label>
      <Field label={words.note} name="note" lines={2} value={profile.howIWork.note} wrong={refused?.fields['howIWork.note']} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {save}
        </button>
        <span role="status">{isSaved && saved}</span>
      </div>
    </form>
  )
}
