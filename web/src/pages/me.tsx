import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { MyPageNow, UpdateProfile } from '../api/gen/documents'
import type { MyPageFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Painter } from '../availability/painter'
import { Languages } from '../profile/languages'
import { Requests, Rhythm } from '../profile/rhythm'
import { Skills } from '../profile/skills'
import { Support } from '../profile/support'
import { Goals, HowIWork, Patterns } from '../profile/work'
import { Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

const SHOWN = 3

export default function MePage(): JSX.Element {
  const { me } = useWords()
  const { data, failure, again } = useAnswer(MyPageNow, {})
  const profile = data?.me?.profile
  if (profile === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  return (
    <div class="stack">
      <Title>{me.title}</Title>
      <Missing profile={profile} />
      <div class="halves">
        <Rhythm profile={profile} again={again} />
        <Requests profile={profile} />
        <Skills profile={profile} direction="SOUGHT" label={me.learn} />
        <Skills profile={profile} direction="OFFERED" label={me.teach} />
      </div>
      <Painter profile={profile} />
      <div class="halves">
        <About profile={profile} />
        <div class="stack">
          <Languages profile={profile} />
          <Patterns profile={profile} />
          <HowIWork profile={profile} />
          <Goals profile={profile} />
        </div>
      </div>
      <Support profile={profile} />
    </div>
  )
}

function Missing({ profile }: { profile: MyPageFragment }): JSX.Element {
  const { me } = useWords()
  const words = useMore(profileWords)
  if (profile.missing.length === 0) return <p class="note">{words.complete}</p>
  return (
    <section class="card" aria-label={me.missing}>
      <h2>{me.missing}</h2>
      <ul class="stack tight">
        {profile.missing.slice(0, SHOWN).map(({ part }) => (
          <li key={part}>
            <span class="chip">{words.parts[part]}</span> {words.effects[part]}
          </li>
        ))}
      </ul>
      <div>
        <Link class="button" href="/begin">
          {words.begin}
        </Link>
      </div>
    </section>
  )
}

function About({ profile }: { profile: MyPageFragment }): JSX.Element {
  const words = useWords()
  const { act, isBusy, refused } = useAct(UpdateProfile)
  const [isSaved, setSaved] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const values = formValues(event)
    setSaved((await act({ input: { ...values, expectedVersion: profile.version } })) !== undefined)
  }

  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <Refusal refused={refused} />
      <Field
        label={words.sign.displayName}
        name="displayName"
        value={profile.displayName}
        required
        wrong={refused?.fields['displayName']}
      />
      <Field label={words.me.headline} name="headline" value={profile.headline} wrong={refused?.fields['headline']} />
      <Field label={words.me.bio} name="bio" value={profile.bio} lines={5} wrong={refused?.fields['bio']} />
      <Field label={words.me.city} name="city" value={profile.city} wrong={refused?.fields['city']} />
      <Field
        label={words.me.zone}
        name="timeZone"
        value={profile.timeZone}
        wrong={refused?.fields['timeZone']}
      />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.save}
        </button>
        <span role="status">{isSaved && words.saved}</span>
      </div>
    </form>
  )
}
