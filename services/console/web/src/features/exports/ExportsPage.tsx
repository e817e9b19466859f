/** All exports of the last days. */
import { ExportTable } from '@/shared/exports/ExportTable';
import { Card, Page } from '@/shared/ui/Page';

export function ExportsPage() {
  return (
    <Page title="Exports" about="Files made of batches and chosen documents, kept for seven days.">
      <Card flush>
        <ExportTable />
      </Card>
    </Page>
  );
}
