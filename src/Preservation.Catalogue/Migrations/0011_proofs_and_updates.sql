-- Roots of complete subtrees of the audit log, every eighth row: a proof about one entry is read from a few pages, however long the log is. They are
-- made from audit_seal and can be made again.
CREATE TABLE audit_node (
    height integer NOT NULL CHECK (height > 0 AND height % 8 = 0),
    number bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (height, number)
);
GRANT SELECT ON audit_node TO preservation_app, preservation_read;
GRANT INSERT ON audit_node TO preservation_app;

-- Revocation lists that were too long to go into a token: the token's records carry them beside the tokens (cryptoInfos).
CREATE TABLE evidence_token_material (
    token_id uuid NOT NULL REFERENCES evidence_token,
    material_id uuid NOT NULL REFERENCES validation_material,
    PRIMARY KEY (token_id, material_id)
);
ALTER TABLE evidence_token_material ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON evidence_token_material USING (sees_everything());
GRANT SELECT ON evidence_token_material TO preservation_app, preservation_read;
GRANT INSERT ON evidence_token_material TO preservation_app;

-- The package that the sender of a supplement or replacement says it updates; what the submission itself names must be the same.
ALTER TABLE submission ADD COLUMN update_of uuid REFERENCES package DEFERRABLE INITIALLY IMMEDIATE;
