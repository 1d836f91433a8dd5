/** A short quiz at the end; every answer is explained, the right ones too. */
import { signal } from '@preact/signals';

export interface Question {
  readonly ask: string;
  readonly choices: readonly string[];
  /** Index of the right one. */
  readonly right: number;
  readonly because: string;
}

export const questions: readonly Question[] = [
  {
    ask: 'Why is sigmoid a bad choice for 20 hidden layers?',
    choices: ['It is slow.', 'Each layer leaves at most a quarter of the gradient.', 'Its output is never negative.'],
    right: 1,
    because: 'σ′ = σ · (1 − σ) is at most ¼. Twenty layers leave at most ¼²⁰, about 10⁻¹² of the gradient.',
  },
  {
    ask: 'A relu unit puts out 0 for every example. What does gradient descent do to its weights?',
    choices: ['Nothing.', 'It makes them larger.', 'It sets them to 0.'],
    right: 0,
    because:
      'Its slope is 0 for every example, so its gradient is 0. Only a change in the layers before it could wake it.',
  },
  {
    ask: 'Half of your relu units died in the first steps. What do you try first?',
    choices: ['More layers.', 'A lower learning rate.', 'A softmax in between.'],
    right: 1,
    because: 'A step that is too long throws biases far below 0. If it stays so, take leakyRelu or PReLU.',
  },
  {
    ask: 'What does PReLU learn that leakyRelu does not?',
    choices: ['The slope above 0.', 'Where its kink lies.', 'The slope below 0.'],
    right: 2,
    because: 'y = a · x below 0, and a is a weight: ∂y/∂a = x there, and 0 above.',
  },
  {
    ask: 'A model was trained with geluTanh. Which one do you run it with?',
    choices: ['geluTanh.', 'The exact gelu, because it is exact.', 'It never matters.'],
    right: 0,
    because: 'Its weights fit geluTanh. The two differ by up to 0.0005, and every layer adds to that.',
  },
  {
    ask: 'A photo may show a cat, a dog, or both. Which output?',
    choices: ['softmax', 'a sigmoid for each label', 'tanh'],
    right: 1,
    because: 'With softmax the labels compete for one sum of 1. Sigmoids answer for each label by itself.',
  },
  {
    ask: 'You lower the temperature of a softmax. What happens?',
    choices: ['All classes become alike.', 'The sum becomes smaller than 1.', 'The largest logit wins more clearly.'],
    right: 2,
    because: 'The logits are divided by the temperature, so their differences grow. The sum stays 1.',
  },
  {
    ask: 'Which start of the weights belongs to relu?',
    choices: ['He: σ = √(2/inputs)', 'Xavier: σ = √(2/(inputs + outputs))', 'All zeros'],
    right: 0,
    because:
      'A relu drops half of the signal’s mean square. He’s factor 2 makes up for it. Zeros would make all units alike.',
  },
];

const answers = signal<Readonly<Record<number, number>>>({});

export function Quiz() {
  const given = answers.value;
  const rights = questions.filter(({ right }, index) => given[index] === right).length;
  const done = Object.keys(given).length;
  return (
    <section class="quiz" aria-labelledby="quiz">
      <h4 id="quiz">Quiz</h4>
      <ul>
        {questions.map(({ ask, choices, right, because }, index) => (
          <li key={ask}>
            <fieldset class="plain">
              <legend>
                {index + 1}. {ask}
              </legend>
              {choices.map((choice, i) => (
                <label
                  key={choice}
                  class={given[index] === undefined ? '' : i === right ? 'right' : given[index] === i ? 'wrong' : ''}
                >
                  <input
                    type="radio"
                    name={`question ${index}`}
                    checked={given[index] === i}
                    onChange={() => {
                      answers.value = { ...answers.value, [index]: i };
                    }}
                  />
                  {choice}
                </label>
              ))}
            </fieldset>
            <p role="status" class="told">
              {given[index] !== undefined && `${given[index] === right ? 'Right.' : 'No.'} ${because}`}
            </p>
          </li>
        ))}
      </ul>
      <p role="status" class="reading">
        {done > 0 &&
          `${rights} of ${done} right${done < questions.length ? `, ${questions.length - done} to go` : ''}.`}
      </p>
      {done === questions.length && (
        <button
          type="button"
          onClick={() => {
            answers.value = {};
          }}
        >
          Again
        </button>
      )}
    </section>
  );
}
