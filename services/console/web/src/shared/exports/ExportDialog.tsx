/** Asks how an export shall look and orders it: of a batch, of several, or of some documents. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExportRequest } from '@/shared/api/client';
import { counted } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { Check, TextField } from '@/shared/ui/Field';
import { Options } from '@/shared/ui/Options';
import { useToasts } from '@/shared/ui/toasts';
import { createExport, exportsKey } from './api';

type Props = { batchIds?: string[]; documentIds?: string[]; onClose: () => void };
type Extra = NonNullable<ExportRequest['include']>[number];

const FORMATS = [
  { value: 'xlsx', label: 'Excel', text: 'A workbook with typed cells, a sheet for each kind of document' },
  { value: 'csv', label: 'CSV', text: 'One table, for any program' },
  { value: 'json', label: 'JSON', text: 'Everything, exactly as it was read' },
] as const;
const LAYOUTS = [
  { value: 'normal', label: 'One row a document', text: 'Lists become text in one cell' },
  { value: 'multi_row', label: 'One row an item', text: 'Line items become rows, the document’s values are repeated' },
] as const;
const CSV_FOR = [
  { value: 'any', label: 'Any program', text: 'UTF-8, commas between columns' },
  { value: 'excel_comma', label: 'Excel that writes 1,5', text: 'Semicolons between columns, accents and umlauts kept' },
  { value: 'excel_point', label: 'Excel that writes 1.5', text: 'Commas between columns, accents and umlauts kept' },
] as const;
const CSV: Record<(typeof CSV_FOR)[number]['value'], ExportRequest['csv']> = {
  any: undefined,
  excel_comma: { bom: true, delimiter: ';', decimal: ',' },
  excel_point: { bom: true },
};
const EXTRAS: Record<Extra, string> = {
  pages: 'Where each value stands',
  confidence: 'How sure each value is',
  review: 'What waits for review; who reviewed it, and when',
};

export function ExportDialog({ batchIds, documentIds, onClose }: Props) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const tell = useToasts();
  const [wish, setWish] = useState<ExportRequest>({ format: 'xlsx', layout: 'normal', include: [], when: 'completed' });
  const [csvFor, setCsvFor] = useState<keyof typeof CSV>('any');
  const change = (part: Partial<ExportRequest>) => setWish((now) => ({ ...now, ...part }));
  const number = batchIds?.length ?? 1;
  const selection = number > 1 ? { batch_ids: batchIds } : batchIds ? { batch_id: batchIds[0] } : { document_ids: documentIds };
  const order = useMutation({
    mutationFn: () =>
      createExport({ ...wish, path: wish.layout === 'multi_row' ? wish.path : null, ...selection, csv: CSV[csvFor] }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: exportsKey });
      tell.done('The export is on its way.', { label: 'Show', run: () => void navigate({ to: '/exports' }) });
      onClose();
    },
  });
  const include = wish.include ?? [];
  const toggle = (extra: Extra) => change({ include: include.includes(extra) ? include.filter((one) => one !== extra) : [...include, extra] });
  return (
    <Dialog
      title={documentIds ? `Export ${counted(documentIds.length, 'document')}` : number > 1 ? `Export ${number} batches into one file` : 'Export the batch'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" busy={order.isPending} onClick={() => order.mutate()}>
            Make the export
          </Button>
        </>
      }
    >
      <Options legend="Format" options={FORMATS} value={wish.format ?? 'xlsx'} onChange={(format) => change({ format })} />
      {wish.format === 'csv' && <Options legend="For" options={CSV_FOR} value={csvFor} onChange={setCsvFor} />}
      {wish.format !== 'json' && <Options legend="Rows" options={LAYOUTS} value={wish.layout ?? 'normal'} onChange={(layout) => change({ layout })} />}
      {wish.format !== 'json' && wish.layout === 'multi_row' && (
        <TextField
          label="Which list"
          hint="The name of the list whose items become rows, for example line_items. Empty: the longest one."
          value={wish.path ?? ''}
          onChange={(event) => change({ path: event.target.value || null })}
        />
      )}
      <fieldset className="bare">
        <legend>Further columns</legend>
        {(Object.keys(EXTRAS) as Extra[]).map((extra) => (
          <Check key={extra} label={EXTRAS[extra]} checked={include.includes(extra)} onChange={() => toggle(extra)} />
        ))}
      </fieldset>
      <Check
        label="Do not wait for documents that are still being read"
        checked={wish.when === 'now'}
        onChange={() => change({ when: wish.when === 'now' ? 'completed' : 'now' })}
      />
      {order.isError && <p role="alert">{order.error.message}</p>}
    </Dialog>
  );
}
