/** What a script of this folder gives back to run.js, which writes it to `results/` with the date and the browser. */
export interface ScriptResult {
  readonly json: object;
  readonly markdown?: string;
}
