import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { GigOver, GigStarted, MyPageNow, RemoveSkill, SetSkill, UpdateProfile } from '../api/gen/documents'
import type { MyPageFragment, SkillDirection, SkillLevel } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { SkillField } from '../ui/skill-field'
import { useWords } from '../words'

export default function MePage(): JSX.Element {
  const { me } = useWords()
  const { data, failure, again } = useAnswer(MyPageNow, {})
  const profile = data?.me?.profile
  if (profile === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  return (
    <div class="stack">
      <Title>{me.title}</Title>
      <Missing profile={profile} />
      <Rhythm profile={profile} again={again} />
      <Skills profile={profile} direction="SOUGHT" label={me.learn} />
      <Skills profile={profile} direction="OFFERED" label={me.teach} />
      <About profile={profile} />
    </div>
  )
}

function Missing({ profile }: { profile: MyPageFragment }): JSX.Element | null {
  const { me } = useWords()
  if (profile.missing.length === 0) return null
  return (
    <section class="card" aria-label={me.missing}>
      <h2>{me.missing}</h2>
      <ul class="stack">
        {profile.missing.slice(0, 3).map((each) => (
          <li key={each.part}>
            <span class="chip">{each.part.toLowerCase().replaceAll('_', ' ')}</span> {each.changes}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Rhythm({ profile, again }: { profile: MyPageFragment; again: () => void }): JSX.Element {
  const { me } = useWords()
  const started = useAct(GigStarted)
  const over = useAct(GigOver)
  const isOnGig = profile.stretches.some(
    (each) =>
      each.kind === 'ON_GIG' &&
      Date.parse(each.startedAt) <= Date.now() &&
      (each.endedAt === null || Date.parse(each.endedAt) > Date.now()),
  )
  return (
    <section class="card" aria-label={me.rhythm}>
      <h2>{me.rhythm}</h2>
      <Refusal refused={started.refused ?? over.refused} />
      <p role="status">{isOnGig ? me.onGig : me.offGig}</p>
      <div>
        <button
          type="button"
          class="main"
          disabled={started.isBusy || over.isBusy}
          onClick={() => void (isOnGig ? over : started).act({}).then(again)}
        >
          {isOnGig ? me.gigOver : me.gigStarted}
        </button>
      </div>
    </section>
  )
}

interface SkillsProps {
  readonly profile: MyPageFragment
  readonly direction: SkillDirection
  readonly label: string
}

function Skills({ profile, direction, label }: SkillsProps): JSX.Element {
  const { me, people } = useWords()
  const setting = useAct(SetSkill)
  const removing = useAct(RemoveSkill)
  const [level, setLevel] = useState<SkillLevel>(direction === 'OFFERED' ? 'WELL' : 'WITH_HELP')
  const mine = profile.skills.filter((skill) => skill.direction === direction)
  return (
    <section class="card" aria-label={label}>
      <h2>{label}</h2>
      <Refusal refused={setting.refused ?? removing.refused} />
      <ul class="stack">
        {mine.map(({ skill, level: known }) => (
          <li key={skill.id} class="row spread">
            <span>
              {skill.label} <span class="chip">{me.levels[known]}</span>
            </span>
            <button
              type="button"
              aria-label={`${me.remove}: ${skill.label}`}
              onClick={() => void removing.act({ input: { skillId: skill.id, direction } })}
            >
              {me.remove}
            </button>
          </li>
        ))}
      </ul>
      <Choice label={me.level} value={level} choices={me.levels} onChange={setLevel} />
      <SkillField
        label={people.skill}
        hint={people.skillHint}
        onChoose={(skill) =>
          void setting.act({
            input: { skillId: skill.id, tag: null, direction, level, priority: 1, evidenceUrl: null },
          })
        }
      />
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
