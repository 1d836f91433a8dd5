/** The page: its head, its four views, and the notice where a browser has no WebGPU. */
import { effect } from '@preact/signals';
import { type ComponentType, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Select } from './controls.js';
import { browserName, device, ensureDevice, isLost, openDevice } from './device.js';
import { followReports } from './opened.js';
import { addressOf, followAddress, type View, view, views } from './settings.js';
import { isReduced } from './start/state.js';
import Start from './start/view.js';
import { type Theme, theme, themes } from './theme.js';

const titles: Readonly<Record<View, string>> = {
  start: 'Your GPU',
  benchmark: 'Benchmark',
  explore: 'Explore',
  learn: 'Learn',
  check: 'Check',
  report: 'A result from elsewhere',
};

/** Loaded when first shown, but for the first. */
const loaders: Readonly<Record<Exclude<View, 'start'>, () => Promise<{ default: ComponentType }>>> = {
  report: () => import('./report.js'),
  benchmark: () => import('./benchmark/view.js'),
  explore: () => import('./explore/view.js'),
  learn: () => import('./learn/view.js'),
  check: () => import('./check/view.js'),
};

function Page() {
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('main')!.focus()}>
        Skip to the content
      </button>
      <header>
        <div class="row">
          <h1>
            webgpu-activations <small>activation functions on your GPU</small>
          </h1>
          <Select
            label="Theme"
            choices={themes.map((value) => ({ value }))}
            value={theme.value}
            onChange={(value) => {
              theme.value = value as Theme;
            }}
          />
        </div>
        <Adapter />
        <nav aria-label="Views">
          {views
            .filter((name) => name !== 'report' || name === view.value)
            .map((name) => (
              <a key={name} href={addressOf(name)} aria-current={name === view.value ? 'page' : undefined}>
                {titles[name]}
              </a>
            ))}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        <NoGpu />
        <Current key={view.value} name={view.value} />
      </main>
      <footer>
        webgpu-activations {REVISION.slice(0, 12)} · {browserName()} ·{' '}
        {crossOriginIsolated ? 'cross-origin isolated' : 'not cross-origin isolated: CPU opponents run on one thread'}
      </footer>
    </>
  );
}

function Adapter() {
  const { value } = device;
  if (value === undefined)
    return <p class="adapter">{isReduced() ? 'No GPU was asked for yet.' : 'Looking for a GPU …'}</p>;
  if (typeof value === 'string')
    return (
      <p class="adapter warning">No GPU: {isLost.value ? 'its device was lost' : 'WebGPU is not available here'}</p>
    );
  const { name, software } = value.adapter;
  return (
    <p class={software ? 'adapter warning' : 'adapter'}>
      {name} {software && <strong>Software: every figure is a CPU’s.</strong>}
    </p>
  );
}

function NoGpu() {
  const { value } = device;
  if (typeof value !== 'string') return null;
  if (isLost.value)
    return (
      <section class="notice" aria-label="The GPU’s device was lost">
        <h2>The GPU’s device was lost</h2>
        <p>{value}</p>
        <button type="button" onClick={openDevice}>
          Get the GPU again
        </button>
      </section>
    );
  return (
    <section class="notice" aria-label="WebGPU is not available">
      <h2>{'gpu' in navigator && navigator.gpu ? 'The browser found no GPU' : 'This browser has no WebGPU here'}</h2>
      <p>{value}</p>
      <p>
        What needs no GPU still works: Explore draws its curves with the float64 reference, Learn computes gradients
        with it, and Benchmark times the opponents on the CPU.
      </p>
    </section>
  );
}

function Current({ name }: { readonly name: View }) {
  const [loaded, setLoaded] = useState<ComponentType | string>();
  useEffect(() => {
    document.title = name === views[0] ? 'webgpu-activations' : `${titles[name]} – webgpu-activations`;
    if (name === 'start') return;
    loaders[name]().then(
      ({ default: component }) => setLoaded(() => component),
      (error: Error) => setLoaded(`${titles[name]} did not load: ${error.message}. Reload the page.`),
    );
  }, [name]);
  if (name === 'start') return <Start />;
  if (loaded === undefined || device.value === undefined) return <p role="status">Loading …</p>;
  if (typeof loaded === 'string') return <p role="alert">{loaded}</p>;
  const View = loaded;
  return <View />;
}

followAddress();
followReports();
// who asked for less gets the library with the first view that needs it
effect(() => {
  if (view.value !== 'start' || !isReduced()) ensureDevice();
});
render(<Page />, document.querySelector('#page')!);

/** A page from a file, or from plain http, has no service workers, and works without. */
async function keepOpened(): Promise<void> {
  const { serviceWorker } = navigator;
  const { active } = await serviceWorker
    .register(new URL('service-worker.js', document.baseURI))
    .then(() => serviceWorker.ready);
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
  active?.postMessage([document.baseURI.split('#')[0], ...loaded]);
}
if (import.meta.env.PROD && 'serviceWorker' in navigator)
  addEventListener('load', () => {
    keepOpened().catch(() => undefined);
  });
