import { useClient } from '@urql/preact'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { EndOtherLogins, EraseMe, ErasurePreview, MyExport, RevokeLogin, Settings, SignOut } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Calendar } from '../settings/calendar'
import { Password } from '../settings/password'
import { Cases, Privacy } from '../settings/privacy'
import { Choice, Failed, Field, Loading, Refusal, Title, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { ViewerContext } from '../viewer'
import type { Language } from '../words'
import { chooseLanguage, keptLanguage, useMore, useWords } from '../words'
import { settingsWords } from '../words/settings'

const LANGUAGES = { en: 'English', de: 'Deutsch' } as const

export default function SettingsPage(): JSX.Element {
  const words = useWords()
  return (
    <div class="stack">
      <Title>{words.settings.title}</Title>
      <LanguageChoice />
      <Privacy />
      <Cases />
      <Calendar />
      <Logins />
      <Password />
      <Export />
      <Erase />
    </div>
  )
}

function LanguageChoice(): JSX.Element {
  const { settings } = useWords()
  const { speak } = ViewerContext.use()
  return (
    <section class="card">
      <Choice<Language>
        label={settings.language}
        value={keptLanguage()}
        choices={LANGUAGES}
        onChange={(language) => void chooseLanguage(language).then(speak)}
      />
    </section>
  )
}

function Logins(): JSX.Element {
  const words = useWords()
  const viewer = ViewerContext.use()
  const [, go] = useLocation()
  const { data, failure, again } = useAnswer(Settings, {})
  const { act: revoke, refused } = useAct(RevokeLogin)
  const { act: signOut } = useAct(SignOut)
  const more = useMore(settingsWords)
  const others = useAct(EndOtherLogins)
  const [ended, setEnded] = useState<number>()
  return (
    <section class="card" aria-label={words.settings.logins}>
      <h2>{words.settings.logins}</h2>
      <Refusal refused={refused} />
      {data === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : (
        <ul class="stack">
          {(data.me?.logins.edges ?? []).map(({ node }) => (
            <li key={node.id} class="row spread">
              <span class="small">
                {node.userAgent} {node.isCurrent && <span class="chip">{words.settings.thisOne}</span>}{' '}
                <span class="soft">{when(node.lastSeenAt, document.documentElement.lang)}</span>
              </span>
              {!node.isCurrent && (
                <button type="button" onClick={() => void revoke({ id: node.id }).then(again)}>
                  {words.settings.end}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Refusal refused={others.refused} />
      <div class="row">
        <button
          type="button"
          disabled={others.isBusy}
          onClick={() =>
            void others.act({}).then((done) => {
              setEnded(done?.ended)
              again()
            })
          }
        >
          {more.others}
        </button>
        <span role="status">{ended !== undefined && more.ended(ended)}</span>
        <button
          type="button"
          onClick={() =>
            void signOut({}).then(() => {
              viewer.reload()
              go('/')
            })
          }
        >
          {words.nav.signOut}
        </button>
      </div>
    </section>
  )
}

function Export(): JSX.Element {
  const { settings } = useWords()
  const client = useClient()
  async function download(): Promise<void> {
    const { data } = await client.query(MyExport, {}, { requestPolicy: 'network-only' }).toPromise()
    if (data?.me == null) return
    const file = new Blob([JSON.stringify(data.me.export, null, 2)], { type: 'application/json' })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = 'alongside.json'
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <section class="card" aria-label={settings.export}>
      <h2>{settings.export}</h2>
      <div>
        <button type="button" onClick={() => void download()}>
          {settings.download}
        </button>
      </div>
    </section>
  )
}

function Erase(): JSX.Element {
  const { settings } = useWords()
  const more = useMore(settingsWords)
  const [isOpen, setOpen] = useState(false)
  const { data } = useAnswer(ErasurePreview, {}, { pause: !isOpen })
  const { act, isBusy, refused } = useAct(EraseMe)
  const viewer = ViewerContext.use()
  const [, go] = useLocation()

  async function submit(event: SubmitEvent): Promise<void> {
    const { password = '' } = formValues(event)
    if ((await act({ password })) === undefined) return
    viewer.reload()
    go('/')
  }

  return (
    <details
      class="card"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>{settings.erase}</summary>
      <p>{settings.eraseHint}</p>
      <ul class="small">
        {(data?.me?.erasurePreview ?? []).map((line) => (
          <li key={line.kind}>
            {line.kind.replaceAll('_', ' ')}: {line.count} ({more.fates[line.fate]})
          </li>
        ))}
      </ul>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field label={settings.confirm} name="password" type="password" autocomplete="current-password" required />
        <div>
          <button class="alarm" disabled={isBusy}>
            {settings.erase}
          </button>
        </div>
      </form>
    </details>
  )
}
