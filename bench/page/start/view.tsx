/** The first second: what this GPU does with GELU, measured at once, and where to go from here. */
import { useEffect } from 'preact/hooks';
import { Action, CopyButton } from '../controls.js';
import { device } from '../device.js';
import { OpenReport } from '../open_report.js';
import { addressOf, type View } from '../settings.js';
import { Card, Share } from './card.js';
import { isReduced, look, measure, problem, progress, record, stop } from './state.js';

const ways: readonly (readonly [View, string, string])[] = [
  ['benchmark', 'Benchmark', 'Every activation, your sizes, other libraries beside it.'],
  ['explore', 'Explore', 'Curves, slopes, errors: where the naive formula and others fail.'],
  ['learn', 'Learn', 'Why gradients vanish and units die, on a network that trains here.'],
  ['check', 'Check', 'Does your browser compute it right? Every kernel against float64, and one report to send.'],
];

const INSTALL = 'npm install webgpu-activations';

export default function Start() {
  const { value } = device;
  const hasGpu = typeof value === 'object';
  const waits = isReduced();
  useEffect(() => {
    if (value === undefined || waits) return;
    const begin = () => {
      if (document.visibilityState === 'visible') void measure();
    };
    // a page that nobody looks at is slowed down by the browser
    begin();
    document.addEventListener('visibilitychange', begin);
    return () => document.removeEventListener('visibilitychange', begin);
  }, [value]);
  const own = look.value;
  const isRunning = progress.value !== undefined;
  return (
    <>
      <h2>What does your GPU make of GELU?</h2>
      {own && (
        <Card
          label={hasGpu ? 'Measured here, now.' : 'Measured here, on the CPU.'}
          outcome={own}
          isPartial={isRunning && hasGpu}
        />
      )}
      {(!own || !hasGpu) && <Card label="Recorded, on another machine." outcome={record} />}
      <div class="status-line">
        {isRunning ? (
          <label class="progress">
            {progress.value!.label}
            <progress value={progress.value!.done} max={progress.value!.total} />
          </label>
        ) : (
          <p role="status" class="note">
            {problem.value || (waits && !own ? 'You asked for less data, so nothing was loaded or measured yet.' : '')}
          </p>
        )}
      </div>
      <div class="row">
        {isRunning ? (
          <Action onClick={stop}>Stop</Action>
        ) : (
          <Action isMain={!own} onClick={() => measure(true)}>
            {own ? 'Measure again' : 'Measure on this machine'}
          </Action>
        )}
        <OpenReport />
        {hasGpu && <a href={addressOf('check')}>Send what your GPU says</a>}
      </div>
      <Share outcome={own ?? record} />
      <nav class="ways" aria-label="Ways on">
        {ways.map(([name, title, words]) => (
          <a key={name} href={addressOf(name)}>
            <strong>{title}</strong>
            <span>{words}</span>
          </a>
        ))}
      </nav>
      <div class="panel row">
        <code>{INSTALL}</code>
        <CopyButton text={() => INSTALL}>Copy</CopyButton>
        <a href={LINKS.source}>Source</a>
        <a href={LINKS.docs}>Docs</a>
      </div>
    </>
  );
}
