/** Learn's five scenes as a student and a teacher use them; in the browser of page.test.ts. */
import type { Page } from 'puppeteer';
import { expect, test } from 'vitest';
import { formatNumber } from '../../bench/page/numbers.js';
import { click, fitsInto, type Held, setField, tableOf, textOf, until, withPage } from './support.js';

interface Help {
  readonly ask: <Result>(page: Page, call: string) => Promise<Result>;
  readonly hashOf: (page: Page) => Promise<string>;
  readonly violationsOf: (page: Page) => Promise<string[]>;
}

const VANISHING = '#/learn?scene=vanishing&guessed=vanishing.3';
const DYING = '#/learn?scene=dying&guessed=dying.none';
const REPORT = 'The monitor’s report';
const status = (page: Page) => textOf(page, '.row > p[role=status]');
const deadOf = async (page: Page) => Number(/(\d+) of 96 units dead/.exec(await status(page))?.[1]);
const stepOf = async (page: Page) => Number(/[Ss]tep (\d+) of/.exec(await status(page))?.[1]);
const lossOf = async (page: Page) => Number(/loss ([\d.]+)/.exec(await status(page))?.[1]);

export function learn(held: Held, { ask, hashOf, violationsOf }: Help): void {
  test('a scene opens with a guess, which is judged by what the library measures', () =>
    withPage(held, '#/learn', async (page) => {
      expect(await textOf(page, '.claim')).toContain('slope');
      expect(await page.$('.plot')).toBeNull();
      await click(page, '0.45');
      const slope = await ask<number>(
        page,
        `async (gpu) => (await gpu.backward('sigmoid', { x: Float32Array.of(3), dy: Float32Array.of(1) })).dx[0]`,
      );
      const answer = await until(
        () => textOf(page, '.guess [role=status]'),
        (text) => text.includes('Measured'),
      );
      expect(answer).toMatch(/^Not so\./);
      expect(answer).toContain(formatNumber(slope));
      await click(page, '0.045');
      await until(
        () => textOf(page, '.guess [role=status]'),
        (text) => text.startsWith('Right.'),
      );
      await until(
        () => hashOf(page),
        (hash) => hash.includes('guessed=slope.2'),
      );
    }));

  test.each(['slope', 'vanishing', 'dying', 'gelu', 'choosing'])('%s: axe finds nothing, nothing sticks out', (scene) =>
    withPage(held, `#/learn?scene=${scene}&guessed=${scene}.none`, async (page) => {
      for (const summary of await page.$$('summary')) await summary.click();
      await until(
        () => textOf(page, '.guess [role=status]'),
        (text) => text.includes('Measured'),
        60,
      );
      for (const width of [1280, 320]) await fitsInto(page, width);
      expect(await violationsOf(page)).toEqual([]);
    }),
  );

  test('the slope: the tangent follows keys and pointer without long tasks; exercises check the answer', () =>
    withPage(held, '#/learn?scene=slope&guessed=slope.2', async (page) => {
      const reading = () => textOf(page, '.plot .reading');
      await until(reading, (text) => text.includes('At x = 3, sigmoid(x) = 0.9526'));
      const handle = (await page.waitForSelector('[role=slider]'))!;
      await handle.focus();
      await page.keyboard.press('End');
      await until(reading, (text) => text.includes('At x = 5,') && text.includes('0.006648'));
      await page.evaluate(`globalThis.long = [];
        new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });`);
      const box = (await handle.boundingBox())!;
      const moves = 40;
      await page.mouse.move(box.x + 10, box.y + 50);
      await page.mouse.down();
      for (let i = 0; i <= moves; i++) await page.mouse.move(box.x + (box.width * i) / (2 * moves), box.y + 50);
      await page.mouse.up();
      await until(reading, (text) => /At x = 0,.*the slope is 0\.25/.test(text));
      // every move had one when charts were drawn on a canvas; a busy machine may make some
      expect((await page.evaluate('long.length')) as number).toBeLessThan(moves / 4);

      const answer = async (task: string, text: string) => {
        const form = (await page.waitForSelector(`::-p-xpath(//li[.//*[normalize-space()="${task} ="]])`))!;
        await form.$eval('input', (input) => {
          input.value = '';
        });
        await (await form.$('input'))!.type(text);
        await page.keyboard.press('Enter');
        return until(() => form.$eval('[role=status]', (told) => told.textContent ?? ''), Boolean);
      };
      expect(await answer('σ′(3)', '0,0452')).toMatch(/^Right: 0\.045177/);
      expect(await answer('tanh′(3)', '0.0452')).toMatch(/^Not yet\./);
      expect(await answer('gelu(−2)', '−0.0455')).toMatch(/^Right/);
      expect(await answer('∂/∂a of PReLU at x = −2', '-2')).toMatch(/^Right/);
    }));

  test('sigmoid at x = 3 leaves 10⁻²⁷ after 20 layers, by the library’s backward passes', () =>
    withPage(held, `${VANISHING}&names=sigmoid,relu`, async (page) => {
      const left = await ask<number>(
        page,
        `async (gpu) => {
          let dy = Float32Array.of(1);
          for (let layer = 0; layer < 20; layer++) dy = (await gpu.backward('sigmoid', { x: Float32Array.of(3), dy })).dx;
          return dy[0];
        }`,
      );
      expect(left).toBeCloseTo(1.25e-27, 29);
      const label = 'Gradient after the chosen number of layers';
      const rows = await until(
        () => tableOf(page, label),
        (found) => found.length === 3,
      );
      expect(rows[1]).toEqual(['sigmoid', '0.04518', formatNumber(left), formatNumber(left)]);
      expect(rows[2]).toEqual(['relu', '1', '1', '1']);
      expect(await textOf(page, '[aria-label="One path"] .reading')).toContain('0.6¹⁰⁰ = 6.53 · 10⁻²³');
      await setField(page, 'Layers, as a number', '50');
      const deep = await until(
        () => tableOf(page, label),
        ([heads]) => heads![2] === 'after 50 layers',
      );
      // float32 has run out
      expect(deep[1]!.slice(2)).toEqual([expect.stringContaining('10⁻⁶⁸'), '0']);
      // what is said is said of what is shown
      await page.select('.panel select', 'normal');
      const words = await until(
        () => textOf(page, '.plot'),
        (text) => text.includes('65,536'),
      );
      expect(words).not.toContain('f′(3)');
      expect(words).toContain('A factor above 1 lets the gradient grow. tanh');

      await click(page, 'Train the three');
      const networks = () => tableOf(page, 'The deep networks');
      const found = await until(networks, (table) => Number(table[1]?.[1]) >= 6, 60);
      await click(page, 'Stop');
      // network, step, gradient of the first layer, of the last
      const size = (text: string) =>
        Number(text.replace(/ · 10⁻(.)/, (_, power) => `e-${'⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(power)}`));
      const [sigmoid, relu] = [found[1]!, found[2]!].map((row) => size(row[2]!) / size(row[3]!));
      expect(found.map(([name]) => name)).toEqual(['network', 'sigmoid, Xavier', 'relu, Xavier', 'gelu, Xavier']);
      expect(sigmoid!).toBeLessThan(relu! / 100);
    }));

  test('a rate of 10 kills; one button revives, and the slopes are learned', () =>
    withPage(held, DYING, async (page) => {
      await page.setViewport({ width: 390, height: 844 });
      const button = (await page.waitForSelector('::-p-xpath(//button[.="Steps too long: rate 10"])'))!;
      await button.focus();
      await page.keyboard.press('Enter');
      await until(
        () => deadOf(page),
        (dead) => dead >= 77,
        60,
      );
      expect((await tableOf(page, REPORT))[3]![2]).toBe('act');
      expect(await page.$$eval('.cell.dead', (cells) => cells.length)).toBeGreaterThanOrEqual(77);
      expect(await lossOf(page)).toBeGreaterThan(0.6);
      // the pressed button keeps the focus, and the cells are on the same screen
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Steps too long: rate 10');
      const tops = await page.evaluate(
        `[document.activeElement, document.querySelector('.cells')].map((element) => element.getBoundingClientRect().top)`,
      );
      const [pressed, cells] = tops as [number, number];
      expect(cells - pressed).toBeLessThan(700);
      const surface = (await (await page.waitForSelector('canvas.surface'))!.boundingBox())!;
      expect(surface.width).toBeCloseTo(surface.height, 1);
      expect(await page.$('progress')).not.toBeNull();
      await click(page, 'Stop');
      await until(
        () => status(page),
        (text) => text.startsWith('Stopped.'),
      );
      await click(page, 'Revive with prelu');
      await until(
        () => lossOf(page),
        (loss) => loss < 0.4,
        90,
      );
      await click(page, 'Stop');
      await until(
        () => status(page),
        (text) => text.startsWith('Stopped.'),
      );
      const rows = await tableOf(page, REPORT);
      expect(rows.slice(1).map((row) => [row[1], row[2]])).toEqual([1, 2, 3].map(() => ['0 %', 'healthy']));
      for (const row of rows.slice(1)) expect(row[3]).not.toMatch(/^0\.25 /);
      await page.waitForSelector('[aria-label^="PReLU’s learned slopes."]');
      expect(await violationsOf(page)).toEqual([]);
    }));

  test('a fifth run pushes out the first; the others keep their numbers and colours', () =>
    withPage(held, DYING, async (page) => {
      const legend = () =>
        page.$$eval('::-p-xpath(//figure[.//h4="Loss"]//li)', (entries) =>
          entries.map((entry) => [
            entry.textContent,
            entry.querySelector<HTMLElement>('.swatch')!.style.borderTopColor,
          ]),
        );
      const train = async () => {
        await click(page, 'Train from the start');
        await until(
          () => status(page),
          (text) => /^Step \d+ of/.test(text),
        );
        await click(page, 'Stop');
        await page.waitForSelector('::-p-xpath(//button[.="Train from the start"])');
      };
      for (let run = 0; run < 3; run++) await train();
      expect((await tableOf(page, REPORT))[0]).toContain('dead');
      // a squashing function’s units saturate, and the report says so
      await page.evaluate(`location.hash = '${DYING}&activation=tanh'`);
      await page.waitForSelector('::-p-xpath(//select[.="tanh" or ./option[.="tanh"]])');
      await train();
      expect((await tableOf(page, REPORT))[0]).toContain('saturated');
      expect(await status(page)).toMatch(/ of 96 units saturated\.$/);
      const before = await legend();
      expect(before.map(([name]) => name!.slice(0, 3))).toEqual(['1: ', '2: ', '3: ', '4: ']);
      await train();
      const after = await legend();
      expect(after.slice(0, 3)).toEqual(before.slice(1));
      expect(new Set(after.map(([, color]) => color)).size).toBe(4);
    }));

  test('a device that is lost takes its network along, and a new one trains', () =>
    withPage(
      held,
      DYING,
      async (page) => {
        await click(page, 'Healthy: rate 0.3');
        await until(
          () => stepOf(page),
          (step) => step >= 11,
          60,
        );
        await page.evaluate('devices.at(-1).destroy()');
        const alert = await until(() => textOf(page, '[role=alert]'), Boolean);
        expect(alert).toBe('The GPU’s device was lost, and the network with it. Start a new run.');
        await click(page, 'Get the GPU again');
        await until(
          () => textOf(page, '[role=alert]'),
          (text) => text === '',
        );
        expect(await page.$$eval('.revive', (buttons) => buttons.map(({ ariaDisabled }) => ariaDisabled))).toEqual([
          ...['true', 'true'],
        ]);
        await click(page, 'Train from the start');
        await until(
          () => stepOf(page),
          (step) => step >= 1 && step <= 11,
          60,
        );
        await click(page, 'Stop');
        expect(await textOf(page, '[role=alert]')).toBe('');
      },
      {
        before: `globalThis.devices = [];
          const { requestDevice } = GPUAdapter.prototype;
          GPUAdapter.prototype.requestDevice = async function (...given) {
            const device = await requestDevice.apply(this, given);
            devices.push(device);
            return device;
          };`,
      },
    ));

  test('a link may say anything; a lesson’s hides the settings, a frame everything around', () =>
    withPage(held, `${DYING}&rate=0.7&data=none&seed=99&activation=foo`, async (page) => {
      await (await page.waitForSelector('details summary'))!.click();
      expect(await page.$$eval('details select', (fields) => fields.map(({ value }) => value))).toEqual([
        ...['moons', 'relu', '1', 'he'],
      ]);
      const isShown = (selector: string) =>
        page.$eval(selector, (element) => (element as HTMLElement).checkVisibility());
      await page.evaluate(`location.hash = '${VANISHING}&x=9&controls=false&names=sigmoid'`);
      await until(
        () => tableOf(page, 'Gradient after the chosen number of layers'),
        (rows) => rows[0]?.[1] === 'f′(6)' && rows.length === 2,
      );
      expect(await isShown('.learn .panel.controls')).toBe(false);
      expect(await isShown('.steps')).toBe(false);
      expect(await isShown('#page > header')).toBe(true);
      await page.evaluate(`location.hash = '${VANISHING}&embed=true'`);
      await until(
        () => isShown('#page > header'),
        (shown) => !shown,
      );
      expect(await isShown('#page > footer')).toBe(false);
      // the next visit is no frame
      await page.evaluate("location.hash = ''");
      await page.reload();
      await page.evaluate("location.hash = '#/learn'");
      await page.waitForSelector('.steps');
      expect(await isShown('#page > header')).toBe(true);
    }));

  test('choosing: the bars are the kernel’s, and the quiz explains', () =>
    withPage(held, '#/learn?scene=choosing&guessed=choosing.2&logits=2,1,0,-1&temperature=0.5', async (page) => {
      const shares = await ask<number[]>(
        page,
        `async (gpu) => [...(await gpu.forward('softmax', { x: Float32Array.of(2, 1, 0, -1) }, { columns: 4, scale: 2 })).y]`,
      );
      await until(
        () => page.$$eval('.bars .reading strong', (found) => found.map(({ textContent }) => textContent)),
        (found) => found[0] === `${formatNumber(100 * shares[0]!, 3)} %`,
      );
      const tasks = await until(
        () => textOf(page, '.tasks'),
        (text) => text.includes('the sigmoids add up to 2.11'),
      );
      expect(tasks).toContain('the squared error’s gradient is −0.00067');
      await page.click('.quiz li input');
      expect(await until(() => textOf(page, '.quiz li [role=status]'), Boolean)).toMatch(/^No\. σ′ = σ · \(1 − σ\)/);
    }));
}

/** Without a GPU the network trains too. */
export async function learnOnCpu(page: Page): Promise<void> {
  await page.evaluate(`location.hash = '${DYING}'`);
  await click(page, 'Healthy: rate 0.3');
  await until(
    () => stepOf(page),
    (step) => step >= 12,
    60,
  );
  await click(page, 'Stop');
  await until(
    () => status(page),
    (text) => text.startsWith('Stopped.'),
  );
  expect(await lossOf(page)).toBeLessThan(0.6);
}
