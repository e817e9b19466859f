/** What can be said of a file before it is sent: its kind by its first bytes, its size, and whether it is there already. */
export const LARGEST_BYTES = 50 * 1024 * 1024;
const HEAD_BYTES = 1024;

export type Kind = 'pdf' | 'jpg' | 'png';
export type Limits = { filesPerBatch: number | null };
export type Verdict = { kind: Kind; refusal?: undefined } | { kind?: undefined; refusal: string };

/** By content, as the server judges: a name may say anything. */
export function kindOf(head: Uint8Array): Kind | undefined {
  const text = String.fromCharCode(...head);
  if (text.includes('%PDF-')) return 'pdf';
  if (text.startsWith('\u00ff\u00d8\u00ff')) return 'jpg';
  if (text.startsWith('\u0089PNG\r\n')) return 'png';
  return undefined;
}

export async function check(file: Blob): Promise<Verdict> {
  if (file.size === 0) return { refusal: 'The file is empty.' };
  if (file.size > LARGEST_BYTES) return { refusal: 'Larger than 50 MB. Split it, or scan it at a lower resolution.' };
  try {
    const kind = kindOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
    return kind ? { kind } : { refusal: 'Neither PDF, JPG nor PNG, judged by its content. Convert it to PDF.' };
  } catch {
    return { refusal: 'The browser cannot read this file. Was it moved or deleted?' };
  }
}

/** Where a file is in the folder that was picked, or its name: what tells two files of one batch apart. */
export const pathOf = (file: File): string => file.webkitRelativePath || file.name;
