/** Settings of the views: in the address, so that a link carries them, and kept for the next visit. */
import { effect, type Signal, signal } from '@preact/signals';

/** The first is what an address without a view shows; the last shows a report that came by link or file. */
export const views = ['start', 'benchmark', 'explore', 'learn', 'check', 'report'] as const;
export type View = (typeof views)[number];

type Value = string | number | boolean | readonly string[];
export type Settings = Readonly<Record<string, Value>>;

/** #/explore?names=gelu,silu */
function parseAddress(hash = location.hash): { readonly view: View; readonly query: URLSearchParams | undefined } {
  const [path = '', query] = hash.replace(/^#\/?/, '').split('?');
  return {
    // a report's address goes on with the report
    view: views.find((name) => name === path.split('/')[0]) ?? views[0],
    query: query === undefined ? undefined : new URLSearchParams(query),
  };
}

export const view = signal<View>(parseAddress().view);
/** A view's settings exist once its code is loaded; until then its address is left as it came. */
const loaded = signal(0);
const byView = new Map<View, { readonly settings: Signal<Settings>; readonly defaults: Settings }>();

/** With a question mark even where every setting is the default, so that a link means the same to everybody. */
export const addressOf = (name: View): string => `#/${name}${byView.has(name) ? `?${formatQuery(name)}` : ''}`;

function formatQuery(name: View): string {
  const known = byView.get(name);
  if (!known) return '';
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(known.settings.value))
    if (String(value) !== String(known.defaults[key])) query.set(key, String(value));
  // commas and colons are legal there, and a link is for people too
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/** A view's settings: the link's, else the last visit's, else the defaults. */
export function createSettings<S extends Settings>(name: View, defaults: S): Signal<S> {
  const address = parseAddress();
  const isLinked = address.view === name && address.query !== undefined;
  const stored = new URLSearchParams(read(`settings ${name}`) ?? '');
  const settings = signal(parse(isLinked ? address.query! : stored, defaults));
  byView.set(name, { settings: settings as unknown as Signal<Settings>, defaults });
  effect(() => write(`settings ${name}`, formatQuery(name)));
  loaded.value++;
  return settings;
}

function parse<S extends Settings>(query: URLSearchParams, defaults: S): S {
  const parsed: Record<string, Value> = { ...defaults };
  for (const [key, standard] of Object.entries(defaults)) {
    const text = query.get(key);
    if (text === null) continue;
    if (Array.isArray(standard)) parsed[key] = text.split(',').filter(Boolean);
    else if (typeof standard === 'number') parsed[key] = Number.isFinite(Number(text)) ? Number(text) : standard;
    else if (typeof standard === 'boolean') parsed[key] = text === 'true';
    else parsed[key] = text;
  }
  return parsed as S;
}

/** Back to the defaults. */
export function resetSettings(name: View): void {
  const { settings, defaults } = byView.get(name)!;
  settings.value = defaults;
}

/** Whether there is something to reset. */
export const isChanged = (name: View): boolean => formatQuery(name) !== '';

const ADDRESS_DELAY = 300;

/** Keeps the address what is shown, without filling the history with every step of a slider. */
export function followAddress(): void {
  let timer: ReturnType<typeof setTimeout>;
  effect(() => {
    clearTimeout(timer);
    const shown = view.value;
    if (!loaded.value || !byView.has(shown)) return;
    const address = addressOf(shown);
    // Safari throws where a page changes its address more than a hundred times in thirty seconds, as a slider would.
    timer = setTimeout(() => {
      // else the visitor has just followed a link, of which the page is about to hear
      if (parseAddress().view === shown) history.replaceState(null, '', address);
    }, ADDRESS_DELAY);
  });
  addEventListener('hashchange', ({ newURL }) => {
    const { view: name, query } = parseAddress(new URL(newURL).hash);
    const known = byView.get(name);
    if (query && known) known.settings.value = parse(query, known.defaults);
    view.value = name;
  });
}

const prefix = 'webgpu-activations ';

/** What this tab kept, else what any did: two tabs show what each has measured, and a new one the latest. */
export const read = (key: string): string | undefined => readFrom('sessionStorage', key) ?? readShared(key);

/** What any tab kept last. */
export const readShared = (key: string): string | undefined => readFrom('localStorage', key);

function readFrom(storage: 'localStorage' | 'sessionStorage', key: string): string | undefined {
  try {
    return globalThis[storage].getItem(prefix + key) ?? undefined;
  } catch {
    // the browser keeps nothing
    return undefined;
  }
}

export function write(key: string, text: string): void {
  for (const storage of ['sessionStorage', 'localStorage'] as const)
    try {
      globalThis[storage].setItem(prefix + key, text);
    } catch {
      // A full or forbidden storage costs the memory of the next visit, nothing else.
    }
}
