/** How one hears of each kind of thing, when mail waits, and when the digest comes. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { HowIHear, SetDigest, SetPreference, SetQuietHours } from '../api/gen/documents'
import type { DigestRhythm, HowIHearQuery, HowToldFragment, MailChoice, NotificationGroup } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Failed, Loading, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { inboxWords } from '../words/inbox'
import { asClock, asMinute } from './place'

type Preference = NonNullable<HowIHearQuery['me']>['notificationPreferences'][number]

const EVENING = 1320
const MORNING = 480

export function How(): JSX.Element {
  const words = useMore(inboxWords)
  const [isOpen, setOpen] = useState(false)
  const { data, failure, again } = useAnswer(HowIHear, {}, { pause: !isOpen })
  const me = data?.me
  const groups = Object.keys(words.groups) as NotificationGroup[]
  return (
    <details
      class="card"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>{words.how}</summary>
      {me == null ? (
        failure === undefined ? (
          isOpen && <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : (
        <div class="stack">
          <Quiet settings={me.notificationSettings} again={again} />
          <Digest settings={me.notificationSettings} again={again} />
          {groups.map((group) => (
            <Group
              key={group}
              label={words.groups[group]}
              preferences={me.notificationPreferences.filter((each) => each.group === group)}
              again={again}
            />
          ))}
        </div>
      )}
    </details>
  )
}

interface GroupProps {
  readonly label: string
  readonly preferences: readonly Preference[]
  readonly again: () => void
}

function Group({ label, preferences, again }: GroupProps): JSX.Element | null {
  const words = useMore(inboxWords)
  const { act, isBusy, refused } = useAct(SetPreference)
  if (preferences.length === 0) return null
  return (
    <fieldset class="stack tight">
      <legend>{label}</legend>
      <Refusal refused={refused} />
      {preferences.map((each) => (
        <div key={each.kind} class="row spread">
          <span>
            {each.label} {each.isUrgent && <span class="chip warm">{words.urgent}</span>}
          </span>
          <span class="row">
            <label class="check small">
              <input
                type="checkbox"
                checked={each.inApp}
                disabled={isBusy}
                aria-label={`${words.inApp}: ${each.label}`}
                onChange={(event) =>
                  void act({ input: { kinds: [each.kind], inApp: event.currentTarget.checked, mail: null } }).then(again)
                }
              />
              {words.inApp}
            </label>
            <select
              class="short"
              aria-label={`${words.mail}: ${each.label}`}
              value={each.mail}
              disabled={isBusy}
              onChange={(event) => {
                const mail = event.currentTarget.value as MailChoice
                void act({ input: { kinds: [each.kind], inApp: null, mail } }).then(again)
              }}
            >
              {Object.entries(words.mails).map(([value, name]) => (
                <option key={value} value={value}>
                  {words.mail}: {name}
                </option>
              ))}
            </select>
          </span>
        </div>
      ))}
    </fieldset>
  )
}

interface SettingsProps {
  readonly settings: HowToldFragment
  readonly again: () => void
}

function Quiet({ settings, again }: SettingsProps): JSX.Element {
  const words = useMore(inboxWords)
  const { save } = useWords()
  const { act, isBusy, refused } = useAct(SetQuietHours)
  const quiet = settings.quietHours
  return (
    <form
      class="stack"
      aria-label={words.quiet}
      onSubmit={(event) => {
        const { from = '', until = '', gig } = formValues(event)
        const input = { startMinute: asMinute(from), endMinute: asMinute(until), isQuietOnGig: gig === 'on' }
        void act({ input }).then(again)
      }}
    >
      <h2>{words.quiet}</h2>
      <p class="small soft">{quiet === null ? words.noQuiet : words.quietHint}</p>
      <Refusal refused={refused} />
      <div class="row">
        <label class="field">
          {words.from}
          <input type="time" name="from" required defaultValue={asClock(quiet?.startMinute ?? EVENING)} />
        </label>
        <label class="field">
          {words.until}
          <input type="time" name="until" required defaultValue={asClock(quiet?.endMinute ?? MORNING)} />
        </label>
      </div>
      <label class="check">
        <input type="checkbox" name="gig" defaultChecked={settings.isQuietOnGig} />
        {words.onGig}
      </label>
      <div class="row">
        <button class="main" disabled={isBusy}>
          {save}
        </button>
        {quiet !== null && (
          <button
            type="button"
            disabled={isBusy}
            onClick={() => {
              const { isQuietOnGig } = settings
              void act({ input: { startMinute: null, endMinute: null, isQuietOnGig } }).then(again)
            }}
          >
            {words.noQuiet}
          </button>
        )}
      </div>
    </form>
  )
}

function Digest({ settings, again }: SettingsProps): JSX.Element {
  const words = useMore(inboxWords)
  const { language } = useWords()
  const { act, refused } = useAct(SetDigest)
  return (
    <section class="stack tight" aria-label={words.digest}>
      <h2>{words.digest}</h2>
      <Refusal refused={refused} />
      <Choice<DigestRhythm>
        label={words.rhythm}
        value={settings.digest}
        choices={words.rhythms}
        onChange={(rhythm) =>
          void act({ input: { rhythm, hour: settings.digestHour, weekday: settings.digestWeekday } }).then(again)
        }
      />
      {settings.nextDigestAt !== null && (
        <p class="small soft">{words.nextDigest(when(settings.nextDigestAt, language))}</p>
      )}
    </section>
  )
}
