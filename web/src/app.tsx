/** The frame: who is here, the way around, and the page of the address. Every page but the first is loaded on demand. */

import type { ComponentType, JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Link, Route, Switch, useLocation } from 'wouter-preact'

import type { Failure } from './api/answer'
import { useAnswer } from './api/answer'
import { Viewer } from './api/gen/documents'
import { LiveProvider } from './rooms/live'
import { Failed, Loading, Title } from './ui/parts'
import { useThing } from './ui/thing'
import type { ViewerState } from './viewer'
import { ViewerContext } from './viewer'
import type { Words } from './words/en'
import { WordsContext, useWords } from './words'

const PAGES: Readonly<Record<string, ComponentType>> = {
  '/': lazy(() => import('./pages/home')),
  '/sign-in': lazy(() => import('./pages/sign-in')),
  '/sign-up': lazy(() => import('./pages/sign-up')),
  '/verify': lazy(() => import('./pages/verify')),
  '/reset': lazy(() => import('./pages/reset')),
  '/people': lazy(() => import('./pages/people')),
  '/people/:id': lazy(() => import('./pages/person')),
  '/suggestions': lazy(() => import('./pages/suggestions')),
  '/requests': lazy(() => import('./pages/requests')),
  '/waiting': lazy(() => import('./pages/waiting')),
  '/mentorships': lazy(() => import('./pages/mentorships')),
  '/mentorships/:id/:part?': lazy(() => import('./pages/mentorship')),
  '/rooms/:id': lazy(() => import('./pages/room')),
  '/webinars': lazy(() => import('./pages/webinars')),
  '/webinars/:id': lazy(() => import('./pages/webinar')),
  '/circles': lazy(() => import('./pages/circles')),
  '/circles/:id/:part?': lazy(() => import('./pages/circle')),
  '/circles/:id/meetings/:meeting': lazy(() => import('./pages/circle-meeting')),
  '/community': lazy(() => import('./pages/community')),
  '/gatherings': lazy(() => import('./pages/gatherings')),
  '/gatherings/:id': lazy(() => import('./pages/gathering')),
  '/small-asks': lazy(() => import('./pages/small-asks')),
  '/small-asks/:id': lazy(() => import('./pages/small-ask')),
  '/introductions': lazy(() => import('./pages/introductions')),
  '/kudos': lazy(() => import('./pages/kudos')),
  '/begin': lazy(() => import('./pages/begin')),
  '/things/:id': lazy(() => import('./pages/thing')),
  '/inbox': lazy(() => import('./pages/inbox')),
  '/me': lazy(() => import('./pages/me')),
  '/desk': lazy(() => import('./pages/desk')),
  '/desk/runs/:id': lazy(() => import('./pages/run')),
  '/settings': lazy(() => import('./pages/settings')),
  '/style': lazy(() => import('./pages/style')),
}

/** Pages that have no place of their own in the navigation, by the place they belong to. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  '/people': ['/suggestions'],
  '/requests': ['/waiting'],
  '/community': ['/gatherings', '/small-asks', '/introductions', '/kudos'],
}

function isAt(place: string, path: string): boolean {
  return [place, ...(WITHIN[place] ?? [])].some((each) => path === each || path.startsWith(`${each}/`))
}

export function App({ words }: { words: Words }): JSX.Element {
  const [spoken, setSpoken] = useState(words)
  const { data, failure, again } = useAnswer(Viewer, {})
  const viewer: ViewerState = {
    me: data?.me ?? null,
    speak: setSpoken,
    reload: again,
  }
  return (
    <WordsContext.Provider value={spoken}>
      <ViewerContext.Provider value={viewer}>
        <LiveProvider isSignedIn={viewer.me !== null}>
          <Frame isKnown={data !== undefined} failure={failure} retry={again} />
        </LiveProvider>
      </ViewerContext.Provider>
    </WordsContext.Provider>
  )
}

interface FrameProps {
  readonly isKnown: boolean
  readonly failure: Failure | undefined
  readonly retry: () => void
}

function Frame({ isKnown, failure, retry }: FrameProps): JSX.Element {
  const words = useWords()
  useThing()
  return (
    <>
      <a class="hidden skip" href="#main">
        {words.skipToContent}
      </a>
      <Top />
      <main id="main">
        {failure !== undefined ? (
          <Failed failure={failure} retry={retry} />
        ) : !isKnown ? (
          <Loading />
        ) : (
          <Suspense fallback={<Loading />}>
            <Switch>
              {Object.entries(PAGES).map(([path, Page]) => (
                <Route key={path} path={path}>
                  <Page />
                </Route>
              ))}
              <Route>
                <Nowhere />
              </Route>
            </Switch>
          </Suspense>
        )}
      </main>
    </>
  )
}

function Top(): JSX.Element {
  const words = useWords()
  return (
    <header class="top">
      <Link class="brand" href="/">
        <img src="/icon.svg" alt="" width="28" height="28" />
        {words.name}
      </Link>
      <Navigation />
    </header>
  )
}

function Navigation(): JSX.Element {
  const words = useWords()
  const [path] = useLocation()
  const places = usePlaces(words)
  const nav = useRef<HTMLElement>(null)
  // On a narrow screen the places are a row to be pushed: the one that is open is in sight.
  useEffect(() => {
    const row = nav.current
    const here = row?.querySelector('[aria-current]')
    if (row == null || here == null) return
    // Not scrollIntoView: from there on the next Tab would begin there.
    const [inner, outer] = [here.getBoundingClientRect(), row.getBoundingClientRect()]
    row.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2
  }, [path, places.length])
  return (
    <nav ref={nav} aria-label={words.nav.label}>
      <ul>
        {places.map(([href, label]) => (
          <li key={href}>
            <Link href={href} aria-current={isAt(href, path) ? 'page' : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function usePlaces(words: Words): (readonly [string, string])[] {
  const { nav } = words
  const { me } = ViewerContext.use()
  if (me === null) {
    return [
      ['/people', nav.people],
      ['/circles', nav.circles],
      ['/webinars', nav.webinars],
      ['/sign-in', nav.signIn],
      ['/sign-up', nav.signUp],
    ]
  }
  return [
    ['/', nav.home],
    ['/people', nav.people],
    ['/requests', nav.requests],
    ['/mentorships', nav.mentorships],
    ['/circles', nav.circles],
    ['/webinars', nav.webinars],
    ['/community', nav.community],
    ['/inbox', nav.inbox],
    ['/me', nav.profile],
    ['/settings', nav.settings],
    ...(me.roles.length > 0 ? [['/desk', nav.desk] as const] : []),
  ]
}

function Nowhere(): JSX.Element {
  const words = useWords()
  return (
    <div class="stack">
      <Title>{words.notFound}</Title>
      <Link href="/">{words.backToStart}</Link>
    </div>
  )
}
