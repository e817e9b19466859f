/** What people ask first, and where to read on. */
import { Link } from '@tanstack/react-router';
import { setSingleKeys, useSingleKeys } from '@/shared/keys/keys';
import { Check } from '@/shared/ui/Field';
import { Card, Page } from '@/shared/ui/Page';
import css from './Help.module.css';

export function HelpPage() {
  const heard = useSingleKeys();
  return (
    <Page title="Help" about="What people ask first.">
      <div className={css.help}>
        <Card title="From files to rows">
          <ol>
            <li>
              <Link to="/batches/new">Make a batch</Link>: drop files or a folder, say what to read, look at pages and cost, submit.
            </li>
            <li>Watch it: every document is counted, recognised, read, and checked against its own pages.</li>
            <li>
              <Link to="/documents" search={{ needs_review: true }}>
                Review
              </Link>{' '}
              what is marked: the page beside the values, doubtful ones first.
            </li>
            <li>Export: Excel, CSV or JSON, a row a document or a row an item.</li>
          </ol>
        </Card>
        <Card title="What the words mean">
          <dl>
            <dt>Strategy</dt>
            <dd>
              Where prompts come from: <em>auto</em> from the document’s type, <em>global</em> one for all, <em>per document</em> one for each.
            </dd>
            <dt>Needs review</dt>
            <dd>The document was read, but a value stands nowhere on its pages, rows seem to be missing, or a sum does not hold.</dd>
            <dt>Confidence</dt>
            <dd>How well a value is supported by what stands on the page. It is measured; no model is asked how sure it is.</dd>
            <dt>Partially completed</dt>
            <dd>Some documents were read and some failed. What was read is there; the others can be retried.</dd>
            <dt>Run</dt>
            <dd>A retry or reading again opens another run of the same documents. Exports take the newest.</dd>
          </dl>
        </Card>
        <Card title="When something fails">
          <dl>
            <dt>Damaged, encrypted, or of another kind</dt>
            <dd>The document’s page says what helps. Nothing is charged for it.</dd>
            <dt>The upload was cut off</dt>
            <dd>It goes on where it was by itself. After a reload choose the same folder again; what is there is not sent twice.</dd>
            <dt>The quota is used up</dt>
            <dd>
              <Link to="/usage">Usage</Link> shows what is left and when counting starts anew.
            </dd>
            <dt>The model did not answer</dt>
            <dd>Documents wait and are tried again. What failed in the end can be retried from the batch.</dd>
          </dl>
        </Card>
        <Card title="Keys">
          <p>
            Press <kbd>?</kbd> on any page for the list. <kbd>n</kbd> begins a batch, <kbd>/</kbd> searches, <kbd>g</kbd> and a letter go to a page; a review
            needs no mouse at all.
          </p>
          <Check label="Listen to keys without Ctrl or Alt" checked={heard} onChange={() => setSingleKeys(!heard)} />
        </Card>
        <Card title="With programs">
          <p>
            Everything on these pages goes through the public API: <a href="/api/docs">its description</a>. Make a <Link to="/tokens">token</Link>, and let{' '}
            <Link to="/webhooks">webhooks</Link> tell you what is ready.
          </p>
          <pre className={css.code}>{'curl -H "Authorization: Bearer $TOKEN" \\\n     -F files=@invoice.pdf -F strategy=auto \\\n     $ADDRESS/api/batches'}</pre>
        </Card>
      </div>
    </Page>
  );
}
