/** Step one: a name, the files, and how far they are. */
import { FolderUp, Upload } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import type { ServicesIngestUsageUsage as Usage } from '@/shared/api/client';
import { capital, count, counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Check, TextArea, TextField } from '@/shared/ui/Field';
import { Card } from '@/shared/ui/Page';
import type { Draft } from './draft';
import { FileTable } from './FileTable';
import css from './NewBatch.module.css';
import { RefusedFiles } from './RefusedFiles';
import { useDrop } from './useDrop';
import type { Uploads } from './useUploads';

type Props = { uploads: Uploads; draft: Draft; usage: Usage; onChange: (part: Partial<Draft>) => void };

export function FilesStep({ uploads, draft, usage, onChange }: Props) {
  return (
    <>
      <Card title="Name it">
        <div className={css.two}>
          <TextField
            label="Name"
            placeholder="Receipts of October"
            maxLength={200}
            value={draft.name}
            hint="Left empty, it is named after its files."
            onChange={(event) => onChange({ name: event.target.value })}
          />
          <TextArea label="Description" rows={1} maxLength={2_000} value={draft.description} onChange={(event) => onChange({ description: event.target.value })} />
        </div>
      </Card>
      <DropZone usage={usage} slim={uploads.items.length > 0} onFiles={uploads.add}>
        <Check label="Make large photos smaller before they are sent" checked={uploads.shrink} onChange={() => uploads.setShrink(!uploads.shrink)} />
      </DropZone>
      <RefusedFiles title={`${counted(uploads.refused.length, 'file')} not taken`} refused={uploads.refused} onClear={uploads.clearRefused} />
      {uploads.items.length > 0 && <FileTable uploads={uploads} />}
    </>
  );
}

function DropZone({ usage, slim, onFiles, children }: { usage: Usage; slim: boolean; onFiles: (files: File[]) => void; children: ReactNode }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const over = useDrop(onFiles);
  const picked = (input: HTMLInputElement) => {
    onFiles([...(input.files ?? [])]);
    input.value = '';
  };
  return (
    <section aria-label="Add files" className={css.drop} data-over={over} data-slim={slim}>
      <Upload aria-hidden className={css.dropIcon} />
      <p>
        <strong>Drop files or a folder here</strong>
      </p>
      <div className={css.dropButtons}>
        <Button look="primary" icon={<Upload />} onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button icon={<FolderUp />} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
      </div>
      <p className="quiet">
        PDF, JPG and PNG, up to 50 MB each
        {usage.files_per_batch !== null && `, ${count(usage.files_per_batch)} files a batch`} on the plan {capital(usage.plan)}
        {usage.remaining !== null && ` · ${count(usage.remaining)} pages left this month`}
      </p>
      {children}
      <input ref={files} hidden type="file" multiple accept=".pdf,.jpg,.jpeg,.png" aria-label="Files" onChange={(event) => picked(event.target)} />
      <input ref={folder} hidden type="file" multiple aria-label="Folder" {...{ webkitdirectory: '' }} onChange={(event) => picked(event.target)} />
    </section>
  );
}
