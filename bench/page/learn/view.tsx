/** Learn: five scenes, each a claim, a guess, something to do, what was measured, and why. */
import './learn.css';
import { useEffect, useRef } from 'preact/hooks';
import { CopyButton } from '../controls.js';
import { deviceNow } from '../device.js';
import { useLatest } from '../latest.js';
import { nearestChoice, type Scene, scenes } from './scenes.js';
import { change, linkTo, settings } from './settings.js';

export default function Learn() {
  const { scene: id, controls, embed } = settings.value;
  const index = Math.max(
    0,
    scenes.findIndex((scene) => scene.id === id),
  );
  const scene = scenes[index]!;
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-embed', embed);
    return () => document.documentElement.removeAttribute('data-embed');
  }, [embed]);
  useEffect(() => {
    if (!isFirst.current) heading.current!.focus();
    isFirst.current = false;
  }, [scene]);
  return (
    <>
      <h2 class={embed ? 'unseen' : undefined}>Learn</h2>
      <div class="learn" data-controls={controls}>
        <nav class="steps controls" aria-label="Scenes">
          <ol>
            {scenes.map(({ id: other, title }, number) => (
              <li key={other}>
                <a href={linkTo({ scene: other })} aria-current={other === scene.id ? 'step' : undefined}>
                  <span class="number">{number + 1}</span>
                  <span class="name">{title}</span>
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <article class="scene" aria-labelledby="scene">
          <p class="note">
            Scene {index + 1} of {scenes.length}
          </p>
          <h3 id="scene" ref={heading} tabIndex={-1}>
            {scene.title}
          </h3>
          <p class="claim">{scene.claim}</p>
          <Body key={scene.id} scene={scene} />
        </article>
        <footer class="controls">
          <div class="row">
            {index > 0 && <a href={linkTo({ scene: scenes[index - 1]!.id })}>← {scenes[index - 1]!.title}</a>}
            {index < scenes.length - 1 && (
              <a class="next" href={linkTo({ scene: scenes[index + 1]!.id })}>
                Next: {scenes[index + 1]!.title} →
              </a>
            )}
          </div>
          {!embed && <Share scene={scene} />}
        </footer>
        {embed && (
          <p class="note">
            <a href={linkTo({ embed: false, controls: true })} target="_blank" rel="noreferrer">
              Open this scene by itself
            </a>
          </p>
        )}
      </div>
    </>
  );
}

/** The scene after its claim: closed until there is a guess, or somebody wants to see it without one. */
function Body({ scene }: { readonly scene: Scene }) {
  const { guess, Act, why, id } = scene;
  const { guessed } = settings.value;
  const entry = guessed.find((known) => known.startsWith(`${id}.`));
  const answer = useRef<HTMLParagraphElement>(null);
  const choice = entry === undefined ? -1 : Number(entry.slice(id.length + 1));
  const isOpen = entry !== undefined;
  const choose = (made: string) =>
    change({ guessed: [...guessed.filter((known) => known !== entry), `${id}.${made}`] });
  return (
    <>
      <fieldset class="guess">
        <legend>Guess first</legend>
        <p>{guess.question}</p>
        <div class="row">
          {guess.choices.map(({ text }, index) => (
            <button key={text} type="button" aria-pressed={index === choice} onClick={() => choose(String(index))}>
              {text}
            </button>
          ))}
          {!isOpen && (
            <button type="button" class="quiet" onClick={() => choose('none')}>
              Show me
            </button>
          )}
        </div>
        <div ref={answer} role="status">
          {isOpen && <Answer guess={guess} choice={choice} />}
        </div>
      </fieldset>
      {isOpen && <Act />}
      {isOpen && (
        <p class="why">
          <strong>Why:</strong> {why}
        </p>
      )}
    </>
  );
}

function Answer({ guess, choice }: { readonly guess: Scene['guess']; readonly choice: number }) {
  const activations = deviceNow()?.activations;
  const { value, error } = useLatest(() => guess.measure(activations), String(!activations));
  if (error) return <p>{error}</p>;
  if (value === undefined) return <p>Measuring …</p>;
  const right = nearestChoice(guess, value);
  const by = activations ? 'the library’s kernels' : 'the float64 reference on the CPU';
  return (
    <p>
      {choice >= 0 && guess.choices[choice] && (
        <strong class={choice === right ? 'told right' : 'told'}>{choice === right ? 'Right. ' : 'Not so. '}</strong>
      )}
      Measured by {by}: <strong>{guess.tell(value)}</strong>
    </p>
  );
}

const addressOf = (link: string) => location.href.replace(/#.*|$/, link);

function Share({ scene: { id, title } }: { readonly scene: Scene }) {
  return (
    <details>
      <summary>For teachers: links and a frame</summary>
      <p>
        A lesson’s link opens this scene as you have set it, without its settings. A frame shows the scene alone, for a
        page of your own.
      </p>
      <div class="row">
        <CopyButton text={() => addressOf(linkTo({ scene: id }))}>Copy the link</CopyButton>
        <CopyButton text={() => addressOf(linkTo({ scene: id, controls: false }))}>Copy a lesson’s link</CopyButton>
        <CopyButton
          text={() =>
            `<iframe src="${addressOf(linkTo({ scene: id, embed: true })).replaceAll('&', '&amp;')}" title="${title}" width="100%" height="800"></iframe>`
          }
        >
          Copy a frame
        </CopyButton>
        <button type="button" class="quiet" onClick={() => print()}>
          Print
        </button>
      </div>
    </details>
  );
}
