import { useRef } from 'preact/hooks';
import { openFile } from './opened.js';

/** A file from the visitor's disk; one may also be dropped anywhere. */
export function OpenReport() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" title="Or drop its file anywhere on the page" onClick={() => input.current!.click()}>
        Open a report
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Report"
        hidden
        onChange={({ currentTarget }) => {
          void openFile(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
