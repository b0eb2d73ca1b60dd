-- The journal repeats rows of every agency, and kept answers name what was made: only the service's own work reads them. A caller's session
-- still adds to both.
ALTER TABLE journal_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_segment ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;

CREATE POLICY room ON journal_entry USING (sees_everything());
CREATE POLICY append ON journal_entry FOR INSERT WITH CHECK (true);
CREATE POLICY room ON journal_segment USING (sees_everything());
CREATE POLICY room ON idempotency_key USING (sees_everything());
CREATE POLICY append ON idempotency_key FOR INSERT WITH CHECK (true);
