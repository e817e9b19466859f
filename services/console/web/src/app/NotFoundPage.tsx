/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { buttonClass } from '@/shared/ui/Button';
import { Page } from '@/shared/ui/Page';
import { Empty } from '@/shared/ui/states';

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty icon={Compass} title="There is no such page">
        <p className="quiet">The address may be mistyped, or from an older version.</p>
        <Link to="/batches" className={buttonClass('primary')}>
          To the batches
        </Link>
      </Empty>
    </Page>
  );
}
