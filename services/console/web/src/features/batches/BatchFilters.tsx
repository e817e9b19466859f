/** Search, status, strategy and dates; all of it stands in the address. */
import { useCallback } from 'react';
import { Button } from '@/shared/ui/Button';
import { Choice } from '@/shared/ui/Choice';
import { DateRange } from '@/shared/ui/DateRange';
import { SearchBox } from '@/shared/ui/SearchBox';
import table from '@/shared/ui/table.module.css';
import { BATCH_STATUSES, STRATEGIES } from '@/shared/vocabulary';
import type { BatchesSearch } from './search';

export function BatchFilters({ search, onChange }: { search: BatchesSearch; onChange: (part: Partial<BatchesSearch>) => void }) {
  const { q, status, strategy, from, to } = search;
  const find = useCallback((wanted: string | undefined) => onChange({ q: wanted }), [onChange]);
  return (
    <div className={table.bar}>
      <SearchBox label="Search batches" value={q} onChange={find} />
      <Choice label="Status" options={BATCH_STATUSES} chosen={status} onChange={(chosen) => onChange({ status: chosen })} />
      <Choice label="Strategy" options={STRATEGIES} chosen={strategy} onChange={(chosen) => onChange({ strategy: chosen })} />
      <DateRange from={from} to={to} onChange={onChange} />
      {(q || status || strategy || from || to) && (
        <Button look="quiet" onClick={() => onChange({ q: undefined, status: undefined, strategy: undefined, from: undefined, to: undefined })}>
          Clear
        </Button>
      )}
    </div>
  );
}
