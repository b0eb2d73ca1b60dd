-- Trusted lists (ETSI TS 119 612) are harvested as revocation lists are; their bytes are validation material of the kind TRUST_LIST.
ALTER TABLE validation_source ADD COLUMN kind text NOT NULL DEFAULT 'CRL';

-- How each list that was ever got from a source was judged. The one that is used is the one with the highest sequence number among those that held.
CREATE TABLE trusted_list (
    source text NOT NULL,
    material_id uuid NOT NULL REFERENCES validation_material (id),
    scheme text,
    sequence_number bigint,
    next_update timestamptz,
    judged_at timestamptz NOT NULL,
    used_since timestamptz,
    problem text,
    PRIMARY KEY (source, material_id)
);

-- Every set of trust anchors that was ever in force, by the digest that verdicts pin. The highest ordinal is the set in force.
CREATE TABLE trust_anchor_set (
    sha256 text PRIMARY KEY,
    content bytea NOT NULL,
    ordinal bigint NOT NULL UNIQUE,
    known_since timestamptz NOT NULL,
    in_force_since timestamptz NOT NULL
);

ALTER TABLE trusted_list ENABLE ROW LEVEL SECURITY;
ALTER TABLE trust_anchor_set ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON trusted_list USING (sees_everything());
CREATE POLICY room ON trust_anchor_set USING (sees_everything());
GRANT SELECT, INSERT ON trusted_list, trust_anchor_set TO preservation_app;
GRANT UPDATE (judged_at, used_since, problem) ON trusted_list TO preservation_app;
GRANT UPDATE (ordinal, in_force_since) ON trust_anchor_set TO preservation_app;
GRANT SELECT ON trusted_list, trust_anchor_set TO preservation_read;
